"""ML-03 of the security cases, and F10 and F14 of the mailing faults, each by its name: who must never receive, and that it is said why."""

import html

import pytest
import sqlalchemy as sa

from crm.bulletins.models import SubscriptionState
from crm.campaigns import audience
from crm.campaigns.models import Exclusion
from crm.core.clock import now
from crm.core.db import db
from crm.mail import suppressing
from crm.mail.models import Suppression, SuppressionReason
from crm.segments.models import SegmentMember
from crm.stakeholders.details import PersonDetails, email_line
from crm.stakeholders.models import Stakeholder
from crm.stakeholders.service import create_person
from tests.campaigns.audience.test_queries import PEOPLE, agree, chunked, listed, person, suppress
from tests.campaigns.factories import make_bulletin, make_campaign, make_segment, make_subscription
from tests.core.factories import saved
from tests.world import SCOPE


@pytest.fixture
def campaign(world, acting):
    """A notice to all people of SGR, one of whom is fine."""
    with acting(world.officer):
        person(world.sgr, "Boleh", "boleh@media.example")
        return make_campaign(world.sgr, segment_id=make_segment(world.sgr, tree=PEOPLE).id)


def never_receives(browser, acting, world, campaign, who, why):
    """Not among those who receive in any way of asking; counted; and shown with the reason on the page before sending."""
    with acting(world.officer):
        assert {row.name for row in chunked(campaign, 2) if row.exclusion is None} == {"Boleh"}
        assert audience.digest(campaign)[1] == 1
        assert agree(campaign) == {None: 1, why: 1}
    page = html.unescape(browser.sign_in(world.officer).get(f"/campaigns/{campaign.id}/recipients?why={why.value}").text)
    rows = page.split('id="recipient-rows"')[1].split("</tbody>")[0]
    assert who in rows
    assert "Boleh" not in rows


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        (SuppressionReason.MANUAL, Exclusion.SUPPRESSED),
        (SuppressionReason.IMPORTED, Exclusion.SUPPRESSED),
        (SuppressionReason.UNSUBSCRIBED, Exclusion.UNSUBSCRIBED),
        (SuppressionReason.BOUNCED, Exclusion.BOUNCED),
        (SuppressionReason.COMPLAINED, Exclusion.COMPLAINED),
    ],
)
def test_ml_03_who_is_on_the_do_not_send_list_never_receives(browser, world, acting, campaign, reason, why):
    with acting(world.officer):
        person(world.sgr, "Tidak", "tidak@media.example")
        suppress("tidak@media.example", reason)
    never_receives(browser, acting, world, campaign, "Tidak", why)


def test_ml_03_who_is_refused_by_two_offices_never_receives_when_one_takes_its_word_back(browser, world, acting, campaign):
    with acting(world.officer):
        person(world.sgr, "Tidak", "tidak@media.example")
    with acting(SCOPE) as session:
        for office in (world.wnm, world.sgr):
            suppress("tidak@media.example", SuppressionReason.MANUAL, office_id=office.id)
        theirs = session.scalars(sa.select(Suppression).where(Suppression.told_office_id == world.wnm.id)).one()
        suppressing.lift(theirs, by=world.sister_manager, reason="salah orang")
    never_receives(browser, acting, world, campaign, "Tidak", Exclusion.SUPPRESSED)


def test_ml_03_who_was_erased_and_comes_back_by_an_import_never_receives(browser, world, acting, campaign):
    with acting(world.manager):
        suppressing.erase("terhapus@media.example")
    with acting(world.officer):
        person(world.sgr, "Terhapus", "terhapus@media.example")
    never_receives(browser, acting, world, campaign, "Terhapus", Exclusion.SUPPRESSED)


def test_ml_03_who_gave_no_consent_never_receives_a_bulletin(browser, world, acting):
    with acting(world.officer):
        bulletin = make_bulletin(world.sgr)
        make_subscription(bulletin, "boleh@media.example", name="Boleh")
        make_subscription(bulletin, "belum@media.example", name="Belum", state=SubscriptionState.PENDING)
        campaign = make_campaign(world.sgr, bulletin=bulletin)
    never_receives(browser, acting, world, campaign, "Belum", Exclusion.NO_CONSENT)


def test_ml_03_who_unsubscribed_never_receives_the_bulletin(browser, world, acting):
    with acting(world.officer):
        bulletin = make_bulletin(world.sgr)
        make_subscription(bulletin, "boleh@media.example", name="Boleh")
        make_subscription(bulletin, "henti@media.example", name="Henti", state=SubscriptionState.ENDED)
        campaign = make_campaign(world.sgr, bulletin=bulletin)
    never_receives(browser, acting, world, campaign, "Henti", Exclusion.UNSUBSCRIBED)


def test_ml_03_one_address_receives_once(browser, world, acting, campaign):
    with acting(world.officer):
        person(world.sgr, "Kembar", "boleh@media.example")
    never_receives(browser, acting, world, campaign, "Kembar", Exclusion.DUPLICATE)


def test_ml_03_people_of_another_office_never_receive(browser, world, acting, campaign):
    with acting(world.sister_officer):
        person(world.wnm, "Kucingrahasia", "kucingrahasia@wanamaya.example")
    with acting(world.officer):
        assert listed(campaign) == {"Boleh": None}
        goes, segment = person(world.sgr, "Pindah", "pindah@media.example"), make_segment(world.sgr, "Beku", is_static=True)
        segment.frozen_at = now()
        for one in db.session.scalars(sa.select(Stakeholder.id)):
            saved(SegmentMember(segment_id=segment.id, stakeholder_id=one))
        frozen = make_campaign(world.sgr, "Beku", segment_id=segment.id)
    with acting(world.central):
        db.session.get(Stakeholder, goes.id).office_id = world.wnm.id
    page = html.unescape(browser.sign_in(world.officer).get(f"/campaigns/{frozen.id}/recipients").text)
    assert "Pindah" not in page
    assert "?why=other-office" in page
    with acting(world.officer):
        assert agree(frozen) == {None: 1, Exclusion.OTHER_OFFICE: 1}


def test_f10_a_chunk_of_which_nobody_receives_does_not_end_the_list(world, acting, campaign):
    with acting(world.officer):
        for number in range(7):
            person(world.sgr, f"Henti {number}", f"henti{number}@media.example")
            suppress(f"henti{number}@media.example", SuppressionReason.UNSUBSCRIBED)
        person(world.sgr, "Terakhir", "terakhir@media.example")
        for limit in (1, 2, 3, 7):
            assert [row.name for row in chunked(campaign, limit) if row.exclusion is None] == ["Boleh", "Terakhir"]


def test_f14_the_same_person_written_with_capitals_and_blanks_receives_once(world, acting):
    with acting(world.officer):
        for name, written in (("Satu", "Humas@Media.example"), ("Dua", " humas@media.EXAMPLE "), ("Tiga", "humas@media.example")):
            details = PersonDetails(name=name, contacts=(email_line(written),))
            create_person(details, office_id=world.sgr.id, by=world.officer)
        either = {"op": "or", "not": False, "items": [PEOPLE, {**PEOPLE}]}  # in both parts of the segment
        campaign = make_campaign(world.sgr, segment_id=make_segment(world.sgr, tree=either).id)
        assert agree(campaign) == {None: 1, Exclusion.DUPLICATE: 2}
        assert [row.email for row in chunked(campaign, 1) if row.exclusion is None] == ["humas@media.example"]
