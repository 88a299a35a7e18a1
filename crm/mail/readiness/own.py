"""The checks of mail itself."""

import datetime as dt
from collections.abc import Iterator
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from crm.core import dates, jobs, settings
from crm.core.clock import now
from crm.mail import facts, gateway, syncing
from crm.mail.hooks import signatures
from crm.mail.models import PostKind
from crm.mail.readiness import queries
from crm.mail.readiness.checks import Check, Level, register

WORKER_QUIET, BACKLOG_OLD = dt.timedelta(minutes=3), dt.timedelta(minutes=5)
NEWS_LATE, SYNC_OLD = dt.timedelta(hours=2), dt.timedelta(hours=48)
ACCOUNT_NEWS = dt.timedelta(days=30)
WORKER_NOTE = _l(
    'Start it again: "flask crm worker", or the service of that name. Until then nothing is sent or read; nothing is lost.'
)


def sending() -> Iterator[Check]:
    yield _transport()
    if not gateway.is_local():
        yield _key()
        yield _domain()
    yield _worker()
    yield _pause()
    yield _doubt()
    yield _links()


def _transport() -> Check:
    if gateway.is_local():
        note = _(
            "Messages stay in the local outbox. To send for real, an administrator sets SENDGRID_API_KEY and MODE=production."
        )
        page = (_("Local outbox"), "mail.outbox", {})
        return Check(Level.SOON, _("Nothing leaves this machine"), note, page=page, for_senders=True)
    host = urlsplit(str(settings.get("SENDGRID_HOST"))).hostname or ""
    return Check(Level.GOOD, _("Mail goes out through SendGrid"), _("Host %(host)s", host=host), for_senders=True)


def _key() -> Check:
    if queries.is_blocked():
        note = _("Make a new key in SendGrid with the right to send mail, set it as SENDGRID_API_KEY, and start Mitra again.")
        return Check(Level.LATE, _("SendGrid does not accept our key"), note, for_senders=True)
    return Check(Level.GOOD, _("A key for SendGrid is set"), _("It is shown nowhere and stands in no backup."))


def _domain() -> Check:
    domain = str(settings.get("MAIL_FROM")).rpartition("@")[2].lower()
    fact = facts.of(syncing.DOMAINS)
    if fact is None or fact.known_at is None:
        note = _("SendGrid was not asked yet.") if fact is None else _("SendGrid did not answer (%(why)s).", why=fact.error)
        return Check(Level.SOON, _("Not known whether %(domain)s is proved to be ours", domain=domain), note)
    ours = [row for row in fact.value if domain == row["domain"] or domain.endswith("." + row["domain"])]
    asked = _("Asked %(when)s.", when=dates.datetime_short(fact.known_at))
    if any(row["valid"] for row in ours):
        return Check(Level.GOOD, _("The sender is proved: %(domain)s", domain=domain), asked, for_senders=True)
    missing = ours[0]["missing"] if ours else []
    records = "; ".join(f"{record['host']} → {record['data']}" for record in missing)
    note = (
        _("Ask whoever looks after DNS to add these CNAME records: %(records)s", records=records)
        if records
        else _('In SendGrid, under "Sender authentication", add this domain, then have its three CNAME records put into DNS.')
    )
    title = _("The sender is not proved: mail from %(domain)s is refused or lands in spam", domain=domain)
    return Check(Level.LATE, title, f"{note} {asked}", for_senders=True)


def _worker() -> Check:
    seen = jobs.worker_seen_at()
    if seen is None or now() - seen > WORKER_QUIET:
        return Check(Level.LATE, _("The worker is not running"), str(WORKER_NOTE), for_senders=True)
    return Check(Level.GOOD, _("The worker is running"), _("Seen %(when)s", when=dates.relative_time(seen)))


def _pause() -> Check:
    until = queries.waits_until(now())
    if until is not None:
        note = _("It takes no more before %(when)s. Sending goes on by itself.", when=dates.datetime_short(until))
        return Check(Level.SOON, _("SendGrid asked us to wait"), note, for_senders=True)
    return Check(Level.GOOD, _("SendGrid takes our mail without a pause"))


def _doubt() -> Check:
    count, oldest = queries.doubted()
    if not count:
        return Check(Level.GOOD, _("No single message is in doubt"))
    title = ngettext("%(num)d single message is in doubt", "%(num)d single messages are in doubt", count)
    note = _("The oldest since %(when)s. A person decides whether it is sent again.", when=dates.datetime_short(oldest))
    return Check(Level.SOON, title, note, page=(_("Decide"), "mail.index", {"state": "in-doubt"}))


def _links() -> Check:
    base = str(settings.get("PUBLIC_BASE_URL"))
    if base.startswith("https://"):
        return Check(Level.GOOD, _("Links in mail lead to %(address)s", address=base))
    level = Level.NONE if gateway.is_local() else Level.LATE
    note = _("Mail providers want an https address for unsubscribing in one press. Set PUBLIC_BASE_URL.")
    return Check(level, _("Links in mail lead to %(address)s", address=base), note)


def coming_back() -> Iterator[Check]:
    yield _signed()
    yield _news()
    yield _backlog()
    yield _inbound()
    if (told := queries.account_event(now() - ACCOUNT_NEWS)) is not None:
        note = _("%(when)s. Look into the account of SendGrid at once.", when=dates.datetime_short(told.at))
        title = _("SendGrid changed the state of the account: %(what)s", what=told.details.get("type") or told.reason or "?")
        yield Check(Level.LATE, title, note, for_senders=True)


def _signed() -> Check:
    setting = str(settings.get("SENDGRID_WEBHOOK_KEY"))
    address = f"{settings.get('PUBLIC_BASE_URL')}/hooks/sendgrid/events"
    if gateway.is_local():
        return Check(Level.NONE, _("News of mail comes from the local outbox"))
    if not setting:
        note = _(
            "In SendGrid, under Event webhook, enter %(address)s, switch on its signature, and set the public key as SENDGRID_WEBHOOK_KEY.",
            address=address,
        )
        return Check(Level.LATE, _("News of mail is not taken: no key to check its signature"), note, for_senders=True)
    try:
        keys = len(signatures.public_keys(setting))
    except signatures.WrongKey:
        note = _("Copy the public key from SendGrid's event webhook into SENDGRID_WEBHOOK_KEY once more, whole.")
        return Check(Level.LATE, _("The key for the signature of news can't be read"), note, for_senders=True)
    note = ngettext("%(num)d key at %(address)s", "%(num)d keys at %(address)s", keys, address=address)
    return Check(Level.GOOD, _("News of mail must bear SendGrid's signature"), note)


def _news() -> Check:
    last, sent = queries.last_post(PostKind.EVENTS), queries.last_accepted()
    if last is None and sent is None:
        return Check(Level.NONE, _("No news yet: nothing was sent"))
    if last is None or (sent is not None and sent > last and now() - sent > NEWS_LATE):
        note = _(
            "Something was sent %(when)s, and no word of it has come. See whether SendGrid can reach our address.",
            when=dates.datetime_short(sent),
        )
        return Check(Level.LATE, _("No news comes from SendGrid"), note, for_senders=True)
    return Check(Level.GOOD, _("News of mail comes in"), _("The last %(when)s", when=dates.relative_time(last)), for_senders=True)


def _backlog() -> Check:
    count, oldest = queries.backlog()
    if oldest is None or now() - oldest <= BACKLOG_OLD:
        note = ngettext("%(num)d post waits", "%(num)d posts wait", count) if count else ""
        return Check(Level.GOOD, _("News is read as it comes"), note)
    title = ngettext("%(num)d post waits to be read", "%(num)d posts wait to be read", count)
    note = _("The oldest came %(when)s. If the worker runs, look at its log.", when=dates.datetime_short(oldest))
    return Check(Level.LATE, title, note, for_senders=True)


def _inbound() -> Check:
    domain = settings.get("INBOUND_DOMAIN")
    if not settings.get("INBOUND_SECRET") or not domain:
        note = _(
            "Answers go to the mailbox in Reply-To and are not seen here. To see them, set INBOUND_DOMAIN and INBOUND_SECRET."
        )
        return Check(Level.NONE, _("Answers to mailings are not read"), note)
    last = queries.last_post(PostKind.INBOUND)
    note = _("The last %(when)s", when=dates.relative_time(last)) if last else _("None has come yet.")
    return Check(Level.GOOD, _("Answers to %(domain)s are read", domain=domain), note)


def lists() -> Iterator[Check]:
    if gateway.is_local():
        yield Check(Level.NONE, _("The do-not-send list is ours alone: no mail service is set up"))
        return
    known = [facts.of(syncing.fact_of(name)) for name in syncing.LISTS]
    failed = next((fact for fact in known if fact is not None and fact.error), None)
    moments = [fact.known_at for fact in known if fact is not None and fact.known_at is not None]
    if len(moments) < len(known) or min(moments) < now() - SYNC_OLD:
        why = _("SendGrid did not answer (%(why)s).", why=failed.error) if failed else _("SendGrid was not asked yet.")
        note = _("%(why)s It is tried every hour. Until then only our own list stops mail.", why=why)
        yield Check(Level.LATE if failed else Level.SOON, _("The do-not-send list is not compared with SendGrid's"), note)
        return
    new = sum(fact.value.get("new", 0) for fact in known if fact is not None)
    note = _("Last %(when)s; %(count)s new addresses", when=dates.datetime_short(min(moments)), count=dates.number(new))
    yield Check(Level.GOOD, _("The do-not-send list agrees with SendGrid's"), note)


def register_all() -> None:
    register(_l("Sending"), sending)
    register(_l("What comes back"), coming_back)
    register(_l("Do-not-send list"), lists)
