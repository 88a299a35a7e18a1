"""What the benchmark of audiences makes and asks: a million stakeholders by INSERT ... SELECT, and the questions in both forms."""

import datetime as dt
import gc
import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from flask import Flask

from benchmarks.audience_by_hand import ByHand
from crm.accounts.models import Role, User
from crm.app import create_app
from crm.campaigns import audience
from crm.campaigns.models import Campaign, CampaignKind, CampaignState
from crm.core import clock, migrations, transaction
from crm.core import scope as scopes
from crm.core.db import db
from crm.mail.models import SuppressionReason, SuppressionSource
from crm.mail.suppressing import suppress
from crm.offices.models import Office
from crm.segments import queries as segments
from crm.segments.models import Segment
from crm.stakeholders.models import Topic

SYSTEM = scopes.system_scope("benchmark of audiences")
NOW = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
MEETINGS_OF = 5  # stakeholders for one meeting; three take part in each
TOPICS, CAMPAIGNS, SUPPRESSED = 20, 10, 20_000
NARROW = [
    {"condition": "kind", "kind": "person"},
    {"condition": "topic", "topic": 1},
    {"condition": "took-part", "kind": "meeting", "since": "2026-01-01", "until": "2026-12-31"},
]
WIDE = [NARROW[0], {**NARROW[1], "not": True}, NARROW[2]]
MOMENT = "2026-01-05 02:00:00"


def make(people: int) -> Flask:
    app = create_app()
    migrations.upgrade(app)
    clock.freeze(NOW)
    with app.app_context():
        with scopes.use(SYSTEM):
            if db.session.scalar(sa.select(sa.func.count()).select_from(Campaign)):
                return app  # of an earlier run
            db.session.rollback()
        with transaction.unit(SYSTEM) as session:
            office = Office(code="B", name="Kantor", path="/", timezone="Asia/Jakarta", letterhead={}, created_at=NOW)
            session.add(office)
            session.flush()
            office.path = f"/{office.id}/"
            session.add(User(email="humas@kantor.example", name="Humas", role=Role.MANAGER, office_id=office.id, created_at=NOW))
            session.add_all(Topic(name=f"topik {number}") for number in range(TOPICS))
            for number in range(CAMPAIGNS):
                session.add(_campaign(office.id, f"Kabar {number}", state=CampaignState.FINISHED, finished_at=NOW))
            session.flush()
            for name, items in (("narrow", NARROW), ("wide", WIDE)):
                segment = Segment(
                    office_id=office.id, name=name, tree={"op": "and", "not": False, "items": items}, created_at=NOW
                )
                session.add(segment)
                session.flush()
                session.add(_campaign(office.id, name, segment_id=segment.id))
        with transaction.unit(SYSTEM) as session:
            if db.engine.dialect.name == "postgresql":
                session.execute(sa.text("set local statement_timeout = 0"))
            for statement in _statements(people):
                session.execute(sa.text(statement))
            emails = [f"orang{number}@kantor{number % 997}.example" for number in range(1, people, max(1, people // SUPPRESSED))]
            suppress(emails, reason=SuppressionReason.BOUNCED, source=SuppressionSource.EVENT)
        _measure_tables()
    gc.freeze()  # as our processes do
    return app


def _measure_tables() -> None:
    if db.engine.dialect.name == "sqlite":
        with db.engine.begin() as connection:
            connection.exec_driver_sql("analyze")
        return
    # As autovacuum leaves tables that have stood for a while: without it each index-only look goes to the table too, as in no office.
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze")


def _campaign(office_id: int, name: str, **fields: Any) -> Campaign:
    same = {"kind": CampaignKind.NOTICE, "mark_key": secrets.token_hex(32), "created_at": NOW, "updated_at": NOW}
    return Campaign(office_id=office_id, name=name, **same, **fields)


def _statements(people: int) -> Iterator[str]:
    """Every tenth is an organization; nine of ten have an address, one in a hundred that of the one before."""
    meetings, parts = people // MEETINGS_OF, people // MEETINGS_OF * 3

    def counted(most: int) -> str:
        return f"with recursive n(i) as (select 1 union all select i + 1 from n where i < {most}) "

    name = "'Orang ' || i"
    yield (
        "insert into stakeholders (id, kind, name, name_sort, name_match, is_shared, note, private_note, archived_at, created_at, updated_at,"
        f" version, office_id) {counted(people)} select i, case when i % 10 = 0 then 'organization' else 'person' end, {name}, {name}, {name},"
        f" false, '', '', case when i % 50 = 7 then cast('{MOMENT}' as timestamp) end, '{MOMENT}', '{MOMENT}', 1, 1 from n"
    ).replace(
        f"cast('{MOMENT}' as timestamp)", f"'{MOMENT}'" if db.engine.dialect.name == "sqlite" else f"timestamptz '{MOMENT}+00'"
    )
    yield (
        f"insert into organizations (id, category, address, website) {counted(people // 10)} select i * 10, 'partner-agency', '', '' from n"
    )
    yield (
        "insert into people (id, titles_before, titles_after, salutation, called, preferred_language, beat, do_not_contact_reason, home_address,"
        " do_not_contact_at)"
        " select id, '', '', '', '', 'id', '', '', '', case when id % 500 = 3 then created_at end from stakeholders where kind = 'person'"
    )
    number = "(case when i % 100 = 2 then i - 1 else i end)"
    yield (
        "insert into contact_points (kind, value, network, label, is_private, has_whatsapp, position, stakeholder_id)"
        f" {counted(people)} select 'email', 'orang' || {number} || '@kantor' || ({number} % 997) || '.example', '', '', false, false, 1, i"
        " from n where i % 10 <> 5"
    )
    yield (
        "insert into contact_points (kind, value, network, label, is_private, has_whatsapp, position, stakeholder_id)"
        f" {counted(people)} select 'phone', '+62812' || i, '', '', false, true, 0, i from n"
    )
    yield (
        f"insert into stakeholder_topics (stakeholder_id, topic_id) {counted(people)} select i, (i / 10) % {TOPICS} + 1 from n"
    )
    day = (
        "date('2024-01-01', '+' || (i % 1050) || ' days')"
        if db.engine.dialect.name == "sqlite"
        else "(date '2024-01-01' + (i % 1050))"
    )
    yield (
        "insert into engagements (id, kind, title, summary, occurred_on, sort_at, precision, role, created_at, updated_at, version, office_id)"
        f" {counted(meetings)} select i, 'meeting', 'Rapat', '', {day}, '{MOMENT}', 'day', 'R3', '{MOMENT}', '{MOMENT}', 1, 1 from n"
    )
    yield f"insert into meetings (id, place, host_text) {counted(meetings)} select i, '', '' from n"
    part_day = day.replace("(i % 1050)", f"((i % {meetings} + 1) % 1050)")
    yield (
        "insert into participations (engagement_id, stakeholder_id, role, answer, occurred_on, sort_at, office_id)"
        f" {counted(parts)} select i % {meetings} + 1, (i * 1009) % {people} + 1, 'participant', '', {part_day}, '{MOMENT}', 1 from n"
    )
    for campaign in range(1, CAMPAIGNS + 1):
        yield (
            'insert into deliveries (campaign_id, stakeholder_id, email, name, variant, "values", state, reason, accepted_at,'
            " is_hard_bounce, click_count)"
            f" select {campaign}, stakeholder_id, value, '', 'id', '{{}}', 'accepted', '', '2026-11-19 02:00:00', false, 0"
            f" from contact_points where kind = 'email' and stakeholder_id % 20 = {campaign} and stakeholder_id % 100 <> 1"
        )


# The questions -----------------------------------------------------------------------------------------------------------

Question = tuple[str, Callable[[], Any], Callable[[], Any], Callable[[], str]]


def questions(app: Flask) -> Iterator[Question]:
    """The name of each question, how it is asked by hand, how we ask it, and what was found."""
    with app.app_context():
        dialect = db.engine.dialect.name
    for name, word in (("narrow", "in"), ("wide", "not in")):
        campaign = _find(app, name)
        by_hand = ByHand(dialect, word)

        def bare(statement: str) -> Callable[[], Any]:
            return lambda: _bare(app, statement)

        def ours(ask: Callable[[Campaign], Any], campaign: Campaign = campaign) -> Callable[[], Any]:
            return lambda: _ours(app, lambda: ask(campaign))

        count, counts, page = ours(_count), ours(audience.counts), ours(audience.page)
        digest, pieces = ours(audience.digest), ours(_pieces)
        _compare(counts(), bare(by_hand.counts)())
        yield f"{name}: count of members", bare(by_hand.count), count, lambda count=count: f"{count():,} members"
        yield f"{name}: counts by reason", bare(by_hand.count), counts, lambda counts=counts: _said(counts())
        yield f"{name}: counts by reason, same answer", bare(by_hand.counts), counts, lambda: "found to be alike"
        yield f"{name}: recipient list, first page", bare(by_hand.page), page, lambda page=page: f"{len(page())} rows"
        yield (
            f"{name}: all who receive",
            bare(by_hand.emails),
            digest,
            lambda digest=digest: f"digest of {digest()[1]:,} addresses",
        )
        yield (
            f"{name}: whole list in pieces",
            bare(by_hand.list),
            pieces,
            lambda pieces=pieces: f"{pieces():,} rows, 5,000 at a time",
        )
        yield f"{name}: whole list in pieces, same answer", bare(by_hand.everybody), pieces, lambda: "each with the reason"


def _count(campaign: Campaign) -> int:
    assert campaign.segment is not None
    return segments.count(campaign.segment)


def _compare(ours: dict[Any, int], by_hand: Sequence[Any]) -> None:
    """Stop when the two do not answer alike: then neither would be worth measuring."""
    told = {None if why is None else why.value: number for why, number in ours.items()}
    for why, number, different in by_hand:
        shared = number - different if why is None else 0
        expected = number - shared
        if told.pop(why, 0) != expected or (why is None and told.pop("duplicate", 0) != shared):
            raise SystemExit(f"{why}: {number} and {different} by hand, not as ours: {ours}")
    if told:
        raise SystemExit(f"by hand without {told}")


def _find(app: Flask, name: str) -> Campaign:
    with app.app_context(), scopes.use(SYSTEM):
        campaign = db.session.scalars(sa.select(Campaign).where(Campaign.name == name)).one()
        assert campaign.segment is not None
        db.session.expunge_all()
        return campaign


def _bare(app: Flask, statement: str) -> Any:
    with app.app_context():
        return db.session.execute(sa.text(statement)).all()


def _ours(app: Flask, ask: Callable[[], Any]) -> Any:
    scope = scopes.Scope(user_id=None, office_ids=frozenset({1}), home_office_id=1)
    with app.app_context(), scopes.use(scope):
        return ask()


def _pieces(campaign: Campaign) -> int:
    found, after, roll = 0, 0, audience.Roll(campaign)
    while rows := roll.piece(campaign, after, 5000):
        found, after = found + len(rows), rows[-1].key
    return found


def _said(counts: dict[Any, int]) -> str:
    return ", ".join(f"{number:,} {why.value if why else 'receive'}" for why, number in counts.items())
