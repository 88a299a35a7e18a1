"""Who receives a campaign and who does not, each with the reason; the list, the counts, the digest and the chunks say the same."""

import hashlib
from collections import Counter

import pytest

from crm.bulletins.models import SubscriptionState
from crm.campaigns import audience
from crm.campaigns.models import CampaignKind, Exclusion
from crm.core.clock import now
from crm.core.db import db
from crm.mail import suppressing
from crm.mail.models import SuppressionReason, SuppressionSource
from crm.segments.models import SegmentMember
from tests.campaigns.factories import make_bulletin, make_campaign, make_segment, make_subscription
from tests.core.factories import saved
from tests.stakeholders.factories import make_contact, make_organization, make_person

PEOPLE = {"op": "and", "not": False, "items": [{"condition": "kind", "not": False, "kind": "person"}]}


def suppress(email, reason, **fields):
    suppressing.suppress([email], reason=reason, source=SuppressionSource.EVENT, **fields)


def person(office, name, *emails, **fields):
    made = make_person(office, name, **fields)
    for position, email in enumerate(emails):
        make_contact(made, email, position=position)
    return made


def listed(campaign):
    """Name or address of each row with its exclusion, in the words of the one big question."""
    with audience.within(campaign):
        return {row.name or row.email: row.exclusion for row in db.session.execute(audience.listing(campaign))}


def chunked(campaign, limit):
    found = list(audience.read_out(campaign, limit))
    assert [row.key for row in found] == sorted({row.key for row in found})
    return found


def paged(campaign, limit):
    found, after = [], 0
    while rows := audience.page(campaign, after=after, limit=limit):
        found, after = [*found, *rows], rows[-1].key
    return found


def agree(campaign):
    """Counts, digest, pages and chunks of any size tell what the list tells."""
    with audience.within(campaign):
        rows = db.session.execute(audience.listing(campaign)).all()
    told = Counter(row.exclusion for row in rows)
    assert audience.counts(campaign) == dict(told)
    emails = sorted(row.email for row in rows if row.exclusion is None)
    assert len(emails) == len(set(emails))
    made = hashlib.sha256("".join(f"{email}\n" for email in emails).encode()).hexdigest()
    assert audience.digest(campaign) == (made, len(emails))
    for limit in (1, 3, 1000):
        in_order = [tuple(row) for row in sorted(rows, key=lambda row: row.key)]
        assert [tuple(row) for row in chunked(campaign, limit)] == in_order
        assert [tuple(row) for row in paged(campaign, limit)] == in_order
    for why in {*told}:
        assert len(audience.page(campaign, why=why, limit=1000)) == told[why]
    return dict(told)


@pytest.fixture
def segment_world(world, acting):
    """A segment of all people of SGR and below, by hand: one of each reason and two who receive."""
    with acting(world.officer):
        person(world.sgr, "Suparmi", "suparmi@disdukcapil.example")
        person(world.sgr_lng, "Wagiman", "Wagiman.lng@lounge.example".lower(), "second@lounge.example")
        person(world.sgr, "Tanpa Alamat")
        private = make_person(world.sgr, "Hanya Pribadi")
        make_contact(private, "rumah@pribadi.example", is_private=True)
        person(world.sgr, "Diam", "diam@media.example", do_not_contact_at=now())
        person(world.sgr, "Arsip", "arsip@media.example", archived_at=now())
        person(world.sgr, "Pantul", "pantul@media.example")
        person(world.sgr, "Lapor", "lapor@media.example")
        person(world.sgr, "Stop", "stop@media.example")
        person(world.sgr, "Manual", "manual@media.example")
        person(world.sgr, "Rusak", "rusak@media.example")
        person(world.sgr, "Terhapus", "terhapus@media.example")
        person(world.sgr, "Kembar Satu", "kembar@media.example")
        person(world.sgr, "Kembar Dua", "kembar@media.example")
        person(world.sgr, "Mesin", "noreply@media.example")
        person(world.sgr, "Bukan Alamat", "bukan alamat@media")
        make_contact(make_organization(world.sgr, "Radio Sagara"), "redaksi@radio.example")
    with acting(world.sister_officer):
        person(world.wnm, "Orang Wanamaya", "orang@wanamaya.example")
    with acting(world.manager):
        suppress("pantul@media.example", SuppressionReason.BOUNCED)
        suppress("lapor@media.example", SuppressionReason.COMPLAINED)
        suppress("lapor@media.example", SuppressionReason.BOUNCED)
        suppress("stop@media.example", SuppressionReason.UNSUBSCRIBED)
        suppress("manual@media.example", SuppressionReason.MANUAL)
        suppress("rusak@media.example", SuppressionReason.INVALID)
        suppressing.erase("terhapus@media.example")


EXPECTED = {
    "Suparmi": None,
    "Wagiman": None,
    "Tanpa Alamat": Exclusion.NO_ADDRESS,
    "Hanya Pribadi": Exclusion.NO_ADDRESS,
    "Diam": Exclusion.DO_NOT_CONTACT,
    "Pantul": Exclusion.BOUNCED,
    "Lapor": Exclusion.COMPLAINED,
    "Stop": Exclusion.UNSUBSCRIBED,
    "Manual": Exclusion.SUPPRESSED,
    "Rusak": Exclusion.INVALID,
    "Terhapus": Exclusion.SUPPRESSED,
    "Kembar Satu": None,
    "Kembar Dua": Exclusion.DUPLICATE,
    "Mesin": Exclusion.ROLE_ADDRESS,
    "Bukan Alamat": Exclusion.INVALID,
}


def test_a_segment_reaches_those_with_an_address_and_says_why_the_others_get_nothing(segment_world, world, acting):
    with acting(world.officer):
        campaign = make_campaign(world.sgr, segment_id=make_segment(world.sgr, tree=PEOPLE).id)
        assert listed(campaign) == EXPECTED
        told = agree(campaign)
    assert told[None] == 3
    assert told[Exclusion.INVALID] == 2


def test_the_first_address_that_is_not_private_is_used(segment_world, world, acting):
    with acting(world.officer):
        campaign = make_campaign(world.sgr, segment_id=make_segment(world.sgr, tree=PEOPLE).id)
        (row,) = audience.page(campaign, words="wagiman")
    assert row.email == "wagiman.lng@lounge.example"


def test_headquarters_sees_the_list_that_the_office_sends_to(segment_world, world, acting):
    with acting(world.officer):
        campaign = make_campaign(world.sgr, segment_id=make_segment(world.sgr, tree=PEOPLE).id)
        mine = audience.digest(campaign)
    with acting(world.central):
        assert audience.digest(campaign) == mine
        assert listed(campaign) == EXPECTED


def test_who_of_a_frozen_list_went_to_another_office_is_counted_and_not_named(world, acting):
    with acting(world.officer):
        stays, goes, old = (person(world.sgr, name, f"{name}@media.example".lower()) for name in ("Tetap", "Pindah", "Lama"))
        segment = make_segment(world.sgr, is_static=True, frozen_at=now())
        for one in (stays, goes, old):
            saved(SegmentMember(segment_id=segment.id, stakeholder_id=one.id))
        campaign = make_campaign(world.sgr, segment_id=segment.id)
    with acting(world.central):
        goes.office_id = world.wnm.id
        old.archived_at = now()
        db.session.merge(goes), db.session.merge(old)
    with acting(world.officer):
        assert agree(campaign) == {None: 1, Exclusion.OTHER_OFFICE: 1, Exclusion.ARCHIVED: 1}
        (hidden,) = audience.page(campaign, why=Exclusion.OTHER_OFFICE)
        assert (hidden.name, hidden.email, hidden.stakeholder_id) == ("", "", None)


def test_a_bulletin_reaches_its_active_subscriptions_only(world, acting):
    with acting(world.officer):
        bulletin, other = make_bulletin(world.sgr), make_bulletin(world.sgr, "Buletin pers")
        known = person(world.sgr, "Suparmi", "lain@disdukcapil.example")
        make_subscription(bulletin, "suparmi@disdukcapil.example", known, language="en")
        make_subscription(bulletin, "warga@rumah.example", name="Warga")
        make_subscription(bulletin, "tunggu@rumah.example", state=SubscriptionState.PENDING)
        make_subscription(bulletin, "selesai@rumah.example", state=SubscriptionState.ENDED)
        make_subscription(bulletin, "pantul@rumah.example")
        make_subscription(bulletin, "satu@rumah.example")
        make_subscription(bulletin, "lain@rumah.example")
        make_subscription(other, "orang@rumah.example")
        make_subscription(bulletin, "diam@rumah.example", person(world.sgr, "Diam", do_not_contact_at=now()))
        suppress("pantul@rumah.example", SuppressionReason.BOUNCED)
        suppress("satu@rumah.example", SuppressionReason.MANUAL, list_key=f"bulletin:{bulletin.id}")
        suppress("lain@rumah.example", SuppressionReason.MANUAL, list_key=f"bulletin:{other.id}")
        campaign = make_campaign(world.sgr, bulletin=bulletin)
        assert listed(campaign) == {
            "Suparmi": None,
            "Warga": None,
            "tunggu@rumah.example": Exclusion.NO_CONSENT,
            "selesai@rumah.example": Exclusion.UNSUBSCRIBED,
            "pantul@rumah.example": Exclusion.BOUNCED,
            "satu@rumah.example": Exclusion.SUPPRESSED,
            "lain@rumah.example": None,
            "Diam": Exclusion.DO_NOT_CONTACT,
        }
        agree(campaign)
        (row,) = audience.page(campaign, words="SUPARMI")
    assert (row.email, row.language) == ("suparmi@disdukcapil.example", "en")


def test_a_segment_narrows_a_bulletin_and_who_of_it_has_no_subscription_gave_no_consent(world, acting):
    with acting(world.officer):
        bulletin = make_bulletin(world.sgr)
        one, two = person(world.sgr, "Satu", "satu@media.example"), person(world.sgr, "Dua", "dua@media.example")
        radio = make_organization(world.sgr, "Radio Sagara")
        make_subscription(bulletin, "satu@media.example", one)
        make_subscription(bulletin, "satu@rumah.example", one)
        make_subscription(bulletin, "radio@media.example", radio)
        make_subscription(bulletin, "warga@rumah.example")
        campaign = make_campaign(world.sgr, bulletin=bulletin, segment_id=make_segment(world.sgr, tree=PEOPLE).id)
        rows = chunked(campaign, 1)
        assert [(row.stakeholder_id, row.email, row.exclusion) for row in rows] == [
            (one.id, "satu@media.example", None),
            (one.id, "satu@rumah.example", None),
            (two.id, "dua@media.example", Exclusion.NO_CONSENT),
        ]
        agree(campaign)


def test_a_campaign_of_the_kind_bulletin_without_one_reaches_nobody(world, acting):
    with acting(world.officer):
        person(world.sgr, "Satu", "satu@media.example")
        segment = make_segment(world.sgr, tree=PEOPLE)
        campaign = make_campaign(world.sgr, segment_id=segment.id, kind=CampaignKind.BULLETIN)
        assert agree(campaign) == {Exclusion.NO_CONSENT: 1}


def test_without_an_audience_nobody_is_in_it(world, acting):
    with acting(world.officer):
        campaign = make_campaign(world.sgr)
        assert agree(campaign) == {}
        assert audience.digest(campaign) == (hashlib.sha256().hexdigest(), 0)


def test_the_first_who_may_receive_gets_what_two_share(world, acting):
    with acting(world.officer):
        person(world.sgr, "Diam", "bersama@media.example", do_not_contact_at=now())
        person(world.sgr, "Kedua", "bersama@media.example")
        person(world.sgr, "Ketiga", "bersama@media.example")
        campaign = make_campaign(world.sgr, segment_id=make_segment(world.sgr, tree=PEOPLE).id)
        assert listed(campaign) == {"Diam": Exclusion.DO_NOT_CONTACT, "Kedua": None, "Ketiga": Exclusion.DUPLICATE}
        agree(campaign)
