"""Subscriptions and the receipts that prove them. ML-03 in part: what a person refused is not undone by a colleague."""

import pytest
import sqlalchemy as sa

from crm.activity.models import ActivityEntry
from crm.bulletins import queries, service
from crm.bulletins.consents import Wanted, list_key
from crm.bulletins.models import ConsentReceipt, Subscription, SubscriptionState
from crm.bulletins.pasted import Fault
from crm.core import scope as scopes
from crm.mail import suppressing
from crm.mail.models import SuppressionReason, SuppressionSource
from tests.bulletins.factories import make_bulletin, on_paper, subscribe
from tests.counting import count_queries
from tests.stakeholders.factories import make_contact, make_person


def receipts(session):
    return session.scalars(sa.select(ConsentReceipt).order_by(ConsentReceipt.id)).all()


def test_a_subscription_comes_with_a_receipt_that_holds_every_word(acting, world, clock):
    moment = clock.freeze("2026-03-02 09:00")
    with acting(world.manager) as session:
        bulletin = make_bulletin(world.manager)
        row = subscribe(bulletin, " Sari@Contoh.id ", name="Sari Dewi", language="en", by=world.manager)
        assert (row.email, row.name, row.language, row.state) == ("sari@contoh.id", "Sari Dewi", "en", SubscriptionState.ACTIVE)
        (receipt,) = receipts(session)
        assert (receipt.wording, receipt.wording_version) == ("Saya setuju dikirimi buletin.", "BL-2")
        assert (receipt.evidence, receipt.given_at, receipt.withdrawn_at) == ("map Langganan 2026, lembar 14", moment, None)
        assert (receipt.email, receipt.subscription_id, receipt.recorded_by_id) == ("sari@contoh.id", row.id, world.manager.id)
        assert [one.id for one in session.scalars(queries.active_subscriptions(bulletin.id))] == [row.id]


def test_ending_withdraws_the_consent_once(acting, world, clock):
    clock.freeze("2026-03-02 09:00")
    with acting(world.manager) as session:
        row = subscribe(make_bulletin(world.manager))
        clock.forward(days=1)
        assert service.end_subscription(row, how="staff", by=world.manager)
        first = row.ended_at
        clock.forward(days=1)
        assert not service.end_subscription(row, how="link")
        session.expire_all()
        (receipt,) = receipts(session)
        assert (row.state, row.ended_at, row.ended_how) == (SubscriptionState.ENDED, first, "staff")
        assert (receipt.withdrawn_at, receipt.withdrawn_how) == (first, "staff")
        verbs = session.scalars(sa.select(ActivityEntry.verb).where(ActivityEntry.subject_kind == "subscription")).all()
        assert verbs == ["subscription-ended"]


def test_a_paper_older_than_the_unsubscribing_brings_nobody_back_and_a_newer_one_does(acting, world, clock):
    clock.freeze("2026-03-02 09:00")
    with acting(world.manager) as session:
        bulletin, old = make_bulletin(world.manager), on_paper()
        row = subscribe(bulletin)
        clock.forward(days=1)
        service.end_subscription(row, how="one-click")
        with pytest.raises(service.NotTaken) as refusal:
            subscribe(bulletin, consent=old)
        assert refusal.value.fault is Fault.STOPPED
        clock.forward(days=1)
        assert subscribe(bulletin).state is SubscriptionState.ACTIVE
        assert [receipt.withdrawn_at is None for receipt in receipts(session)] == [False, True]


def test_who_is_suppressed_is_entered_by_nobody_but_the_owner_of_the_address(acting, world):
    with acting(world.manager):
        bulletin = make_bulletin(world.manager)
        suppressing.suppress(
            ["sari@contoh.id"],
            reason=SuppressionReason.UNSUBSCRIBED,
            source=SuppressionSource.PERSON,
            list_key=list_key(bulletin.id),
        )
        with pytest.raises(service.NotTaken) as refusal:
            subscribe(bulletin)
        assert refusal.value.fault is Fault.SUPPRESSED
        assert subscribe(bulletin, own_wish=True).state is SubscriptionState.ACTIVE
        assert suppressing.refused(["sari@contoh.id"], list_keys=[list_key(bulletin.id)]) == {}


def test_twice_is_once(acting, world):
    with acting(world.manager) as session:
        bulletin = make_bulletin(world.manager)
        subscribe(bulletin)
        with pytest.raises(service.NotTaken) as refusal:
            subscribe(bulletin, "SARI@contoh.id")
        assert refusal.value.fault is Fault.ALREADY
        assert subscribe(bulletin, own_wish=True)  # whoever asks himself hears no complaint
        assert len(receipts(session)) == 1


def test_the_person_of_the_directory_is_found_by_an_office_address_but_not_by_a_private_or_doubtful_one(acting, world):
    with acting(world.officer):
        known = make_person(world.sgr, "Sari Dewi")
        make_contact(known, "sari@contoh.id")
        make_contact(known, "sari.rumah@contoh.id", is_private=True)
        for name in ("Budi Satu", "Budi Dua"):
            make_contact(make_person(world.sgr, name), "humas@contoh.id")
    with acting(world.manager):
        bulletin = make_bulletin(world.manager)
        assert subscribe(bulletin).stakeholder_id == known.id
        assert subscribe(bulletin, "sari.rumah@contoh.id").stakeholder_id is None
        assert subscribe(bulletin, "humas@contoh.id").stakeholder_id is None


def test_a_thousand_are_entered_with_few_statements_and_each_fault_is_told(acting, world):
    with acting(world.manager) as session:
        bulletin = make_bulletin(world.manager)
        subscribe(bulletin, "orang5@contoh.id")
        suppressing.suppress(["orang7@contoh.id"], reason=SuppressionReason.COMPLAINED, source=SuppressionSource.EVENT)
        wanted = [Wanted(f"orang{number}@contoh.id", on_paper()) for number in range(1000)]
        session.flush()
        with count_queries() as counted:
            assert service.enter(bulletin, wanted, by=world.manager) == {5: Fault.ALREADY, 7: Fault.SUPPRESSED}
        assert len(counted.statements) < 40
        assert session.scalar(sa.select(sa.func.count()).select_from(Subscription)) == 999
        assert len(receipts(session)) == 999


def test_stopping_everything_ends_all_subscriptions_and_lists_the_address(acting, world):
    with acting(world.manager) as session:
        first, second = make_bulletin(world.manager, "Satu"), make_bulletin(world.manager, "Dua")
        subscribe(first)
        subscribe(second)
        subscribe(second, "budi@contoh.id")
        assert service.stop_everything("sari@contoh.id", how="preferences", office_id=world.sgr.id) == 2
        assert suppressing.refused(["sari@contoh.id"]) == {"sari@contoh.id": SuppressionReason.UNSUBSCRIBED}
        assert [row.email for row in session.scalars(queries.active_subscriptions(second.id))] == ["budi@contoh.id"]


def test_another_address_ends_the_links_to_the_old_one_and_leaves_the_receipts(acting, world):
    with acting(world.manager) as session:
        row = subscribe(make_bulletin(world.manager))
        before = row.token
        service.change_address(row, "Sari.Baru@contoh.id", by=world.manager)
        assert (row.email, row.token != before) == ("sari.baru@contoh.id", True)
        assert queries.subscription_of_token(before) is None
        assert [receipt.email for receipt in receipts(session)] == ["sari@contoh.id"]


def test_an_address_of_public_pages_is_given_once_in_all_offices(acting, world):
    with acting(world.manager):
        assert make_bulletin(world.manager, "Kabar Layanan!").slug == "kabar-layanan"
        assert make_bulletin(world.manager, "Kabar layanan").slug == "kabar-layanan-2"
    with acting(world.sister_manager):
        assert make_bulletin(world.sister_manager, "Kabar Layanan").slug == "kabar-layanan-3"
        assert make_bulletin(world.sister_manager, "خبر").slug


def test_another_office_sees_neither_bulletins_nor_subscribers(acting, world):
    with acting(world.manager):
        bulletin = make_bulletin(world.manager)
        subscribe(bulletin)
    with acting(world.sister_manager) as session:
        assert queries.list_of_bulletins() == []
        assert session.scalars(queries.active_subscriptions(bulletin.id)).all() == []
        with pytest.raises(scopes.OutOfScope):
            subscribe(bulletin, "budi@contoh.id")
