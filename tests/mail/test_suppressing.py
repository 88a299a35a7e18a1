"""The list of addresses that get no bulk mail. ML-03 in part: who is on it is found by address, and by keyed hash after an erasure."""

import sqlalchemy as sa

from crm.core import transaction
from crm.core.db import db
from crm.mail import suppressing
from crm.mail.addresses import address_key, mailbox, masked
from crm.mail.models import EVERYTHING, Suppression, SuppressionReason, SuppressionSource
from tests.counting import count_queries
from tests.world import SCOPE

STAFF = {"reason": SuppressionReason.MANUAL, "source": SuppressionSource.STAFF}
PERSON = {"reason": SuppressionReason.UNSUBSCRIBED, "source": SuppressionSource.PERSON}


def rows(session):
    return session.scalars(sa.select(Suppression).order_by(Suppression.id)).all()


def test_an_address_is_put_on_the_list_once_for_each_reason_however_it_is_written(acting):
    with acting(SCOPE) as session:
        assert suppressing.suppress(["Budi@Contoh.id ", "budi@contoh.id"], **STAFF) == 1
        assert suppressing.suppress(["BUDI@contoh.id"], **STAFF) == 0
        assert suppressing.suppress(["budi@contoh.id"], **PERSON) == 1
        assert [(row.email, row.reason) for row in rows(session)] == [
            ("budi@contoh.id", SuppressionReason.MANUAL),
            ("budi@contoh.id", SuppressionReason.UNSUBSCRIBED),
        ]


def test_the_weightiest_reason_is_told(acting):
    with acting(SCOPE):
        suppressing.suppress(["budi@contoh.id"], **STAFF)
        suppressing.suppress(["budi@contoh.id"], reason=SuppressionReason.COMPLAINED, source=SuppressionSource.EVENT)
        assert suppressing.refused(["Budi@contoh.id", "sari@contoh.id"]) == {"budi@contoh.id": SuppressionReason.COMPLAINED}


def test_what_is_refused_for_one_list_is_not_refused_for_another(acting):
    with acting(SCOPE):
        suppressing.suppress(["budi@contoh.id"], list_key="bulletin:7", **PERSON)
        suppressing.suppress(["sari@contoh.id"], **PERSON)
        both = ["budi@contoh.id", "sari@contoh.id"]
        assert set(suppressing.refused(both, list_keys=["bulletin:7"])) == set(both)
        assert set(suppressing.refused(both, list_keys=["bulletin:8"])) == {"sari@contoh.id"}
        assert set(suppressing.refused(both)) == {"sari@contoh.id"}


def in_sql(session, emails, list_key):
    asked = sa.union_all(*(sa.select(sa.literal(email).label("email")) for email in emails)).subquery("asked")
    return set(session.scalars(sa.select(asked.c.email).where(suppressing.refused_sql(asked.c.email, list_key))))


def test_a_query_leaves_out_the_same_addresses(acting):
    with acting(SCOPE) as session:
        suppressing.suppress(["budi@contoh.id"], list_key="bulletin:7", **PERSON)
        suppressing.suppress(["sari@contoh.id"], **PERSON)
        three = ["budi@contoh.id", "sari@contoh.id", "wati@contoh.id"]
        assert in_sql(session, three, "bulletin:7") == {"budi@contoh.id", "sari@contoh.id"}
        assert in_sql(session, three, "bulletin:8") == {"sari@contoh.id"}
        assert in_sql(session, three, None) == {"sari@contoh.id"}


def test_after_an_erasure_only_the_hash_is_left_and_still_refuses(acting, world):
    with acting(SCOPE) as session:
        suppressing.suppress(["budi@contoh.id"], note="telepon 24 Nov", office_id=world.sgr.id, **PERSON)
        suppressing.erase("Budi@contoh.id")
        assert {(row.email, row.note) for row in rows(session)} == {("", "")}
        assert "budi" not in "".join(row.address_key for row in rows(session))
        assert suppressing.refused(["budi@contoh.id"]) == {"budi@contoh.id": SuppressionReason.UNSUBSCRIBED}
        assert in_sql(session, ["", "budi@contoh.id"], None) == set()  # the hash has the last word, not the empty address


def test_somebody_who_was_never_on_the_list_is_refused_after_an_erasure(acting):
    with acting(SCOPE):
        suppressing.erase("baru@contoh.id")
        assert suppressing.refused(["baru@contoh.id"]) == {"baru@contoh.id": SuppressionReason.ERASED}


def test_a_new_secret_key_lets_nobody_back_in(app, acting):
    with acting(SCOPE):
        suppressing.erase("budi@contoh.id")
        suppressing.suppress(["sari@contoh.id"], **STAFF)
    before = app.config["SECRET_KEY"], app.config["SECRET_KEY_FALLBACKS"], app.config["ADDRESS_KEY"]
    both = {"budi@contoh.id", "sari@contoh.id"}
    try:
        app.config.update(SECRET_KEY="kunci-baru-" + "x7Kq" * 10, SECRET_KEY_FALLBACKS=[before[0]])
        with acting(SCOPE):
            assert set(suppressing.refused(both)) == both
        app.config.update(ADDRESS_KEY="kunci-alamat-" + "p3Zd" * 8)  # a key of its own, from now on
        with acting(SCOPE):
            assert set(suppressing.refused(both)) == both
            suppressing.erase("wati@contoh.id")
        app.config.update(ADDRESS_KEY=f"kunci-alamat-kedua-{'m4Rt' * 8} kunci-alamat-{'p3Zd' * 8}")
        with acting(SCOPE):
            assert set(suppressing.refused({*both, "wati@contoh.id"})) == {*both, "wati@contoh.id"}
        app.config.update(ADDRESS_KEY="", SECRET_KEY_FALLBACKS=[])  # everything forgotten: what keeps its address is still found
        with acting(SCOPE):
            assert set(suppressing.refused(both)) == {"sari@contoh.id"}
    finally:
        app.config.update(SECRET_KEY=before[0], SECRET_KEY_FALLBACKS=before[1], ADDRESS_KEY=before[2])


def test_the_hash_cannot_be_made_without_the_key(app, acting):
    with acting(SCOPE):
        first = address_key("budi@contoh.id")
    kept = app.config["SECRET_KEY"]
    try:
        app.config["SECRET_KEY"] = "lain-" + "q9Wb" * 10
        with acting(SCOPE):
            assert address_key("budi@contoh.id") != first
    finally:
        app.config["SECRET_KEY"] = kept


def test_lifting_takes_one_reason_away_and_keeps_the_others(acting, world):
    with acting(SCOPE) as session:
        suppressing.suppress(["budi@contoh.id"], **STAFF)
        suppressing.suppress(["budi@contoh.id"], **PERSON)
        manual, _unsubscribed = rows(session)
        suppressing.lift(manual, by=world.manager, reason="salah orang")
        assert suppressing.refused(["budi@contoh.id"]) == {"budi@contoh.id": SuppressionReason.UNSUBSCRIBED}
        assert suppressing.suppress(["budi@contoh.id"], **STAFF) == 1  # and it can be put on again


def test_what_one_office_was_told_and_takes_back_leaves_what_another_was_told(acting, world):
    """Each office answers for its own word: the address gets mail again when nobody's is left."""
    with acting(SCOPE) as session:
        assert suppressing.suppress(["budi@contoh.id"], office_id=world.sgr.id, **STAFF) == 1
        assert suppressing.suppress(["Budi@contoh.id"], office_id=world.sgr.id, **STAFF) == 0
        assert suppressing.suppress(["budi@contoh.id"], office_id=world.wnm.id, note="lewat telepon", **STAFF) == 1
        assert suppressing.suppress(["budi@contoh.id"], **STAFF) == 1
        assert suppressing.suppress(["budi@contoh.id"], **STAFF) == 0
        ours, theirs, nobodys = rows(session)
        assert [row.told_office_id for row in (ours, theirs, nobodys)] == [world.sgr.id, world.wnm.id, None]
        suppressing.lift(ours, by=world.manager, reason="salah orang")
        suppressing.lift(nobodys, by=world.central, reason="salah orang")
        assert suppressing.refused(["budi@contoh.id"]) == {"budi@contoh.id": SuppressionReason.MANUAL}
        assert in_sql(session, ["budi@contoh.id"], None) == {"budi@contoh.id"}
        suppressing.lift(theirs, by=world.sister_manager, reason="minta lagi")
        assert suppressing.refused(["budi@contoh.id"]) == {}
        assert in_sql(session, ["budi@contoh.id"], None) == set()


def test_an_erasure_takes_the_address_from_the_rows_of_every_office_and_each_goes_on_refusing(acting, world):
    with acting(SCOPE) as session:
        for office in (world.sgr, world.wnm):
            suppressing.suppress(["budi@contoh.id"], office_id=office.id, note="telepon", **STAFF)
        suppressing.lift(rows(session)[0], by=world.manager)
        suppressing.erase("budi@contoh.id")
        suppressing.erase("budi@contoh.id")
        assert {(row.email, row.note) for row in rows(session)} == {("", "")}
        assert len(rows(session)) == 3
        assert suppressing.refused(["budi@contoh.id"]) == {"budi@contoh.id": SuppressionReason.MANUAL}


def test_a_confirmed_wish_of_the_person_outweighs_what_any_office_was_told(acting, world):
    with acting(SCOPE):
        for office in (world.sgr, world.wnm):
            suppressing.suppress(["budi@contoh.id"], office_id=office.id, **PERSON)
        assert suppressing.take_back("budi@contoh.id") == 2
        assert suppressing.refused(["budi@contoh.id"]) == {}


def test_a_newer_confirmed_wish_outweighs_an_unsubscribing_but_not_a_complaint(acting):
    with acting(SCOPE):
        suppressing.suppress(["budi@contoh.id"], **PERSON)
        suppressing.suppress(["budi@contoh.id"], list_key="bulletin:7", **PERSON)
        assert suppressing.take_back("budi@contoh.id", list_key="bulletin:7") == 2
        assert suppressing.refused(["budi@contoh.id"], list_keys=["bulletin:7"]) == {}
        suppressing.suppress(["sari@contoh.id"], reason=SuppressionReason.COMPLAINED, source=SuppressionSource.EVENT)
        assert suppressing.take_back("sari@contoh.id") == 0
        assert suppressing.refused(["sari@contoh.id"])


def test_two_thousand_addresses_are_asked_for_with_few_statements(app):
    many = [f"orang{number}@contoh.id" for number in range(2000)]
    with app.app_context(), transaction.unit(SCOPE):
        assert suppressing.suppress(many[::2], list_key=EVERYTHING, **STAFF) == 1000
        db.session.flush()
        with count_queries() as counted:
            assert set(suppressing.refused(many)) == set(many[::2])
        assert len(counted.statements) == 8


def test_names_of_one_mailbox_are_counted_together_and_a_masked_address_is_no_address():
    same = {"Budi.Santoso+a1@gmail.com", "budisantoso@googlemail.com", "b.udisantoso+x@GMAIL.com"}
    assert {mailbox(one) for one in same} == {"budisantoso@gmail.com"}
    assert mailbox("budi.santoso+x@contoh.id") == "budi.santoso@contoh.id"
    assert masked("rahmawati@contoh.id") == "r•••i@contoh.id"
    assert masked("ab@contoh.id") == "a•••@contoh.id"
