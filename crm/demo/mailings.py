"""Bulletins of the demo: made, approved and sent through the services and the local outbox; what readers did comes in as events do."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson
import sqlalchemy as sa

from crm.accounts.models import User
from crm.bulletins import service as bulletins
from crm.bulletins.agreement import VERSION, bulletin_sentence
from crm.bulletins.consents import Consent, Wanted
from crm.bulletins.models import Bulletin, ConsentChannel, LegalBasis
from crm.bulletins.service import BulletinTerms
from crm.campaigns import approval, marks
from crm.campaigns import service as campaigns
from crm.campaigns.events import health, replies
from crm.campaigns.models import Campaign, CampaignKind, Delivery
from crm.campaigns.sending import jobs as sending_jobs
from crm.campaigns.sending import service as sending
from crm.core import clock, transaction
from crm.core import scope as scopes
from crm.core.clock import now
from crm.core.db import db
from crm.demo import letters
from crm.demo.letters import Letter
from crm.mail import suppressing
from crm.mail.hooks import draining, inbox
from crm.mail.hooks.inbound import Incoming, Kind
from crm.mail.models import PostKind, SuppressionReason, SuppressionSource
from crm.offices.models import Office
from crm.segments import service as segments

SYSTEM = scopes.system_scope("build the mailings of the demo")
FIRST_FEW = 25
Doing = tuple[str, int, dict[str, Any]]  # an event, seconds after the mail was sent, and what it says


class Mailings:
    """`at` stops the clock at an hour of a working day so many days ago; `scope_of` is that of a member of staff."""

    def __init__(
        self,
        office: Office,
        users: Mapping[str, User],
        *,
        at: Callable[[int, int], dt.datetime],
        scope_of: Callable[[str], scopes.Scope],
        people: list[tuple[str, str]],
    ) -> None:
        self.office, self.users, self.at, self.scope_of, self.people = office, users, at, scope_of, people

    def build(self) -> None:
        self.at(60, 9)
        bulletin = self._bulletins()
        self._segments()
        for letter in letters.ISSUES:
            self._issue(letter, bulletin)
        self._paused(bulletin)
        health.measure()  # what the page of readiness tells of receiving domains; else it is empty till the hour's job
        self._asked_for(bulletin)

    # Who gets it ----------------------------------------------------------------------------------------------------

    def _bulletins(self) -> int:
        with transaction.unit(self.scope_of("euis")):
            by = self.users["euis"]
            terms = BulletinTerms(
                "Mitra Sagara",
                name_en="Sagara Partners",
                description="Layanan paspor, jadwal, dan kabar kerja sama, dua kali sebulan.",
                description_en="Passport services, opening hours and news of our partners, twice a month.",
                has_archive=True,
                records_opens=True,
            )
            bulletin = bulletins.make_bulletin(terms, office_id=self.office.id, by=by)
            bulletins.make_bulletin(
                BulletinTerms("Kabar Desa Binaan", description="Cerita dan jadwal Pimpasa di desa binaan."),
                office_id=self.office.id,
                by=by,
            )
            self._subscribe(bulletin, by)
            blocked = [address for _name, address in list(letters.subscribers())[5:9]]
            suppressing.suppress(
                blocked[:2], reason=SuppressionReason.MANUAL, source=SuppressionSource.STAFF, note="Diminta lewat telepon",
                office_id=self.office.id, by=by,
            )  # fmt: skip
            suppressing.suppress(
                blocked[2:], reason=SuppressionReason.BOUNCED, source=SuppressionSource.EVENT, office_id=self.office.id
            )
            return bulletin.id

    def _subscribe(self, bulletin: Bulletin, by: User) -> None:
        wording = bulletin_sentence(self.office.name, "id")
        moment = now()

        def consent(channel: ConsentChannel, evidence: str) -> Consent:
            return Consent(LegalBasis.CONSENT, channel, wording, VERSION, moment, evidence, moment)

        web = consent(ConsentChannel.WEB, "/subscribe/mitra-sagara")
        paper = consent(ConsentChannel.PAPER, "Daftar hadir Temu Mitra, kolom buletin")
        wanted = [Wanted(address, web, name) for name, address in letters.subscribers()]
        wanted += [Wanted(address, paper, name) for name, address in self.people]
        bulletins.enter(bulletin, wanted, by=by)

    def _segments(self) -> None:
        def tree(condition: str, **fields: str) -> dict[str, Any]:
            return {"op": "and", "not": False, "items": [{"condition": condition, "not": False, **fields}]}

        with transaction.unit(self.scope_of("euis")):
            for name, given in (
                ("Media", tree("category", category="media")),
                ("Instansi mitra", tree("category", category="partner-agency")),
            ):
                segments.create_segment(name, given, is_static=False, office_id=self.office.id, by=self.users["euis"])

    # Sending --------------------------------------------------------------------------------------------------------

    def _begin(self, letter: Letter, bulletin_id: int, kind: CampaignKind = CampaignKind.BULLETIN) -> int:
        with transaction.unit(self.scope_of("suparmi")):
            by = self.users["suparmi"]
            campaign = campaigns.create_campaign(
                letters.draft_of(letter),
                name=letter.title,
                kind=kind,
                office_id=self.office.id,
                by=by,
                bulletin=db.session.get(Bulletin, bulletin_id),
            )
            approval.ask(campaign, by=by)
            return campaign.id

    def _send(self, campaign_id: int, **how: Any) -> None:
        with transaction.unit(self.scope_of("ratna")):
            asked = approval.queries.open_approvals(campaign_id)[0]
            approval.decide(asked, yes=True, note="Silakan dikirim.", by=self.users["ratna"])
        with transaction.unit(self.scope_of("suparmi")):
            sending.send(db.session.get_one(Campaign, campaign_id), by=self.users["suparmi"], **how)
        sending_jobs.move_on(campaign_id)
        sending_jobs.send_now()
        self._later(20)

    def _later(self, seconds: float) -> None:
        """The mail service tells what happened by then."""
        clock.freeze(now() + dt.timedelta(seconds=seconds))
        draining.drain()

    def _issue(self, letter: Letter, bulletin_id: int) -> None:
        self.at(letter.days_ago, 9)
        started = now()
        campaign_id = self._begin(letter, bulletin_id)
        self._send(campaign_id)
        self._tell(campaign_id, letter, started, letters.ISSUES.index(letter))
        sending_jobs.move_on(campaign_id)

    def _paused(self, bulletin_id: int) -> None:
        """The first few are sent; it waits for somebody who looks at them."""
        self.at(0, 8)
        campaign_id = self._begin(letters.CORRECTION, bulletin_id)
        self._send(campaign_id, first_batch=FIRST_FEW)

    def _asked_for(self, bulletin_id: int) -> None:
        self.at(1, 15)
        self._begin(letters.NOTICE, bulletin_id)

    # What readers did -----------------------------------------------------------------------------------------------

    def _tell(self, campaign_id: int, letter: Letter, started: dt.datetime, issue: int) -> None:
        links = letters.links_of(letter)
        told, answers = [], []
        with transaction.unit(SYSTEM):
            key = db.session.scalar(sa.select(Campaign.mark_key).where(Campaign.id == campaign_id)) or ""
            rows = db.session.execute(
                sa.select(Delivery.id, Delivery.email)
                .where(Delivery.campaign_id == campaign_id, Delivery.accepted_at.is_not(None))
                .order_by(Delivery.id)
            ).all()
        for n, (delivery_id, email) in enumerate(rows):
            rid = marks.event_mark(key, delivery_id)
            for place, (kind, after, more) in enumerate(_doings(n + 7 * issue, links)):
                moment = int((started + dt.timedelta(seconds=after)).timestamp())
                told.append({"event": kind, "timestamp": moment, "email": email, "c_rid": rid,
                             "sg_event_id": f"demo-{campaign_id}-{delivery_id}-{place}", **more})  # fmt: skip
            if n % 61 == 17:
                answers.append((rid, email))
        clock.freeze(started + dt.timedelta(hours=47))
        with transaction.unit(SYSTEM):
            inbox.keep(PostKind.EVENTS, orjson.dumps(told), content_type="application/json")
        draining.drain()
        self._answer(answers, started, letter)

    def _answer(self, answers: list[tuple[str, str]], started: dt.datetime, letter: Letter) -> None:
        with transaction.unit(SYSTEM):
            for n, (rid, email) in enumerate(answers):
                replies.receive(
                    None,
                    mail=Incoming(
                        message_key=f"demo-{rid}",
                        kind=Kind.REPLY,
                        from_email=email,
                        to=(f"jawab+{rid}@kanim-sagaramaya.example",),
                        subject=f"Re: {letter.subject}"[:300],
                        text=letters.ANSWERS[n % len(letters.ANSWERS)],
                        answered=(),
                        received_at=started + dt.timedelta(hours=2 + n),
                    ),
                )


def _doings(n: int, links: list[str]) -> Iterator[Doing]:
    """What one reader does with a mail: a few have no such address any more; some machines look first, then the person."""
    if n % 47 == 11:
        yield "bounce", 60, {"reason": "550 5.1.1 alamat tidak dikenal", "status": "5.1.1", "type": "bounce"}
    elif n % 89 == 31:
        yield "bounce", 90, {"reason": "452 4.2.2 kotak surat penuh", "status": "4.2.2", "type": "blocked"}
    else:
        yield from _machines(n, links)
        yield from _person(n, links)


def _machines(n: int, links: list[str]) -> Iterator[Doing]:
    machine = {"ip": f"198.51.100.{n % 250 + 1}", "useragent": "Barracuda Sentinel (EE)"}
    if n % 6 == 2:
        yield "open", 22, {"sg_machine_open": True, **machine}
    if n % 23 == 4:
        for link in links:
            yield "click", 24, {"url": link, **machine}


def _person(n: int, links: list[str]) -> Iterator[Doing]:
    """A third opens, an eighth clicks, one in a hundred has enough."""
    person = {"ip": f"192.0.2.{n % 250 + 1}", "useragent": "Mozilla/5.0 (Linux; Android 14) Mobile"}
    if n % 20 < 7:
        yield "open", 600 + 397 * (n % 100), person
    if n % 8 == 1:
        yield "click", 1200 + 631 * (n % 97), {"url": links[0 if n % 3 else n // 8 % len(links)], **person}
    if n % 110 == 57:
        yield "unsubscribe", 7200, person
