import pytest
import sqlalchemy as sa

from crm.core import scope as scopes
from crm.core.jobs import enqueue
from crm.core.scope import OutOfScope
from crm.index import queries, service, vocabulary
from crm.index.models import SearchDocument, Term, TermChange, TermDeletion
from crm.offices.models import Office
from crm.offices.service import move_office
from tests.index.factories import put, titles

SYSTEM = scopes.system_scope("index tests")


@pytest.fixture
def find(acting):
    def search(who, query, **more):
        with acting(who):
            return service.find(scopes.current(), query, **more)

    return search


def test_half_a_name_finds_it_in_any_order(world, acting, find):
    with acting(world.officer):
        put(1, "Dr. Ratnaningsih Wulandari", world.sgr)
    for query in ("ratna", "wula ratna", "RATNANINGSIH", "wulandari"):
        assert titles(find(world.officer, query)) == ["Dr. Ratnaningsih Wulandari"], query
    assert titles(find(world.officer, "ratna budi")) == []


def test_other_names_and_body_are_searched_too(world, acting, find):
    with acting(world.officer):
        put(1, "Dinas Kependudukan", world.sgr, kind="organization", words=["Disdukcapil"], body="Jalan Merdeka 5")
    assert find(world.officer, "disduk").count == find(world.officer, "merdeka").count == 1


def test_part_of_a_word_is_found_when_few_begin_with_it(world, acting, find, jobs):
    with acting(world.officer):
        put(1, "Ratnaningsih", world.sgr)
        put(2, "Ningrum", world.sgr)
    with acting(SYSTEM):
        fold_all()
    assert titles(find(world.officer, "ning")) == ["Ningrum", "Ratnaningsih"]


def test_putting_again_renews_and_old_words_are_gone(world, acting, find):
    with acting(world.officer):
        put(1, "Budi Santoso", world.sgr)
    with acting(world.officer):
        put(1, "Budi Hartono", world.sgr)
    assert find(world.officer, "santoso").count == 0
    assert titles(find(world.officer, "hartono")) == ["Budi Hartono"]
    assert find(world.officer, "budi").count == 1


def test_a_dropped_record_is_found_no_more(world, acting, find):
    with acting(world.officer):
        put(1, "Budi Santoso", world.sgr)
        put(2, "Budi Hartono", world.sgr)
    with acting(world.officer):
        service.drop("person", 1)
        service.drop("person", 99)
    assert titles(find(world.officer, "budi")) == ["Budi Hartono"]


def test_a_rolled_back_record_is_not_found(world, acting, find):
    with acting(world.officer) as session:
        put(1, "Budi Santoso", world.sgr)
        session.rollback()
    assert find(world.officer, "budi").count == 0


def test_each_office_finds_its_own_and_those_below_and_what_is_shared(world, acting, find):
    with acting(SYSTEM):
        put(1, "Budi dari Sagaramaya", world.sgr)
        put(2, "Budi dari Lounge", world.sgr_lng)
        put(3, "Budi dari Wanamaya", world.wnm)
        put(4, "Budi Bersama", world.wnm, kind="organization", shared=True)
    assert titles(find(world.officer, "budi")) == ["Budi Bersama", "Budi dari Lounge", "Budi dari Sagaramaya"]
    assert titles(find(world.local_officer, "budi")) == ["Budi Bersama", "Budi dari Lounge"]
    assert titles(find(world.sister_officer, "budi")) == ["Budi Bersama", "Budi dari Wanamaya"]
    assert find(world.central, "budi").count == 4


def test_the_count_is_taken_within_the_scope(world, acting, find):
    with acting(SYSTEM):
        service.put_many(service.Entry("person", n, world.wnm.id, False, f"Budi {n}") for n in range(1, 31))
        put(31, "Budi Sendiri", world.sgr)
    hits = find(world.officer, "budi", cap=10)
    assert (hits.count, hits.is_capped, titles(hits)) == (1, False, ["Budi Sendiri"])
    capped = find(world.sister_officer, "budi", cap=10)
    assert (capped.count, capped.is_capped) == (10, True)


def test_nobody_reaches_another_office_by_typing_its_mark(world, acting, find):
    with acting(SYSTEM):
        put(1, "Rahasia", world.wnm)
        put(2, f"o{world.wnm.id} s kperson", world.wnm)
    for query in (f"/o{world.wnm.id}", "/s", "s", f"o{world.wnm.id}", f"x{world.wnm.id}", "/kperson"):
        assert find(world.officer, query).count == 0, query


def test_a_record_of_another_office_cannot_be_written(world, acting):
    with pytest.raises(OutOfScope), acting(world.officer):
        put(1, "Budi", world.wnm)
    with acting(SYSTEM):
        put(1, "Budi", world.wnm)
    with pytest.raises(OutOfScope), acting(world.officer):
        service.drop("person", 1)


@pytest.mark.parametrize(
    "query",
    [
        '"', "'", "budi OR 1=1--", 'NEAR(budi santoso)', "budi*", "*", "AND AND", "budi AND", "NOT budi", "budi NOT", "(((", "a:b", "terms:budi",
        "{budi}", "budi & !", "budi:*", "\\", "%", "_", "O'Brien", "budi\nsantoso", "😀", "北京", "بودي", "^budi", "-budi", "+budi", "<->", "|",
    ],
)  # fmt: skip
def test_hostile_queries_give_a_result_or_a_named_refusal(world, acting, find, query):
    with acting(world.officer):
        put(1, "Budi Santoso", world.sgr)
    try:
        hits = find(world.officer, query)
    except service.UnreadableQuery:
        return
    assert hits.count in (0, 1)
    with acting(world.officer):
        service.complete(scopes.current(), query, kind="person")
        service.suggest(scopes.current(), query)


def test_names_of_every_script_are_found(world, acting, find):
    with acting(world.officer):
        for number, name in enumerate(["北京办事处", "محمد الأمين", "Đặng Thị Thảo", "ꦧꦸꦢꦶ", "Straße", "İstanbul"], 1):
            put(number, name, world.sgr)
            assert service.find(scopes.current(), name).count == 1, name


def test_old_spelling_finds_new_and_new_finds_old(world, acting, find):
    with acting(world.officer):
        put(1, "Soekarno Poetra", world.sgr)
        put(2, "Sukarno Putra", world.sgr)
    assert find(world.officer, "soekarno putra").count == find(world.officer, "sukarno putra").count == 2


def test_completing_gives_names_that_begin_alike_first(world, acting):
    with acting(world.officer):
        put(1, "Agus Sarwono", world.sgr)
        put(2, "Sari Puspita", world.sgr)
        put(3, "Sari Organisasi", world.sgr, kind="organization")
    with acting(world.officer):
        found = service.complete(scopes.current(), "sar", kind="person")
    assert [row.title for row in found] == ["Sari Puspita", "Agus Sarwono"]


def test_hits_of_each_kind_with_their_counts(world, acting):
    with acting(world.officer):
        service.put_many(service.Entry("person", n, world.sgr.id, False, f"Budi {n:02}") for n in range(12))
        put(1, "Yayasan Budi", world.sgr, kind="organization")
        groups = service.find_by_kind(scopes.current(), "budi", limit=5)
    assert groups.count == 13
    assert {kind: (hits.count, len(hits.rows)) for kind, hits in groups.kinds.items()} == {
        "person": (12, 5),
        "organization": (1, 1),
    }
    assert titles(groups.kinds["person"])[0] == "Budi 00"


def test_who_is_named_so_comes_before_who_only_has_to_do_with_it(world, acting, find):
    with acting(world.officer):
        put(1, "Agus", world.sgr, subtitle="Kepala, Sagaramaya Jaya")
        put(2, "Sari Puspita", world.sgr)
        put(3, "Dewi Sagita", world.sgr)
    assert titles(find(world.officer, "sa")) == ["Sari Puspita", "Dewi Sagita", "Agus"]
    with acting(world.officer):
        groups = service.find_by_kind(scopes.current(), "sa", limit=2)
    assert titles(groups.kinds["person"]) == ["Sari Puspita", "Dewi Sagita"]


def test_a_moved_office_takes_its_records_along(world, acting, find):
    with acting(SYSTEM):
        put(1, "Budi dari Lounge", world.sgr_lng)
    with acting(SYSTEM) as session:
        move_office(session.get(Office, world.sgr_lng.id), parent=session.get(Office, world.wnm.id), by=world.central)
    assert find(world.officer, "lounge").count == 0
    assert titles(find(world.sister_officer, "lounge")) == ["Budi dari Lounge"]


def test_bulk_and_single_writing_leave_the_same(world, acting):
    entry = service.Entry("organization", 7, world.sgr.id, True, "Dinas Sosial", "DINSOS", ["Dinsos Kota"], "Jalan Mawar")
    with acting(world.officer) as session:
        service.put_many([entry])
        bulk = session.execute(sa.select(SearchDocument.__table__)).one()._asdict()
        service.drop("organization", 7)
        put(
            7,
            "Dinas Sosial",
            world.sgr,
            kind="organization",
            shared=True,
            subtitle="DINSOS",
            words=["Dinsos Kota"],
            body="Jalan Mawar",
        )
        single = session.execute(sa.select(SearchDocument.__table__)).one()._asdict()
    assert {**bulk, "id": 0} == {**single, "id": 0}


def test_the_full_text_index_agrees_with_the_table(world, acting, database):
    with acting(world.officer) as session:
        service.put_many(service.Entry("person", n, world.sgr.id, False, f"Nama {n}") for n in range(50))
        service.put_many(service.Entry("person", n, world.sgr.id, False, f"Baru {n}") for n in range(25, 75))
        service.drop_many("person", list(range(10)))
        if database.kind == "sqlite":
            session.execute(sa.text("INSERT INTO search_fts(search_fts, rank) VALUES ('integrity-check', 1)"))
        assert service.find(scopes.current(), "nama").count == 15
        assert service.find(scopes.current(), "baru").count == 50


def fold_all():
    while vocabulary.fold():
        pass


def fold(acting):
    with acting(SYSTEM):
        fold_all()


def counts(acting):
    with acting(SYSTEM) as session:
        return {row.term: row.use_count for row in session.execute(sa.select(Term.term, Term.use_count))}


def test_the_vocabulary_counts_documents_and_forgets_unused_words(world, acting):
    with acting(world.officer):
        put(1, "Budi Santoso", world.sgr)
        put(2, "Budi Hartono", world.sgr, body="koordinasi")
    fold(acting)
    assert counts(acting) == {"budi": 2, "santoso": 1, "hartono": 1}
    with acting(world.officer):
        service.drop("person", 1)
        put(2, "Budi Wijaya", world.sgr)
    fold(acting)
    assert counts(acting) == {"budi": 1, "wijaya": 1}
    with acting(SYSTEM) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(TermChange)) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(TermDeletion)) == len("budi") + 1 + len("wijaya") + 1


def test_folding_by_job_twice_is_harmless(world, acting, jobs):
    with acting(world.officer):
        put(1, "Budi Santoso", world.sgr)
        enqueue("index.fold_vocabulary")
        enqueue("index.fold_vocabulary")
    assert jobs.run_all().count("index.fold_vocabulary") == 2
    assert counts(acting) == {"budi": 1, "santoso": 1}


def test_did_you_mean_knows_one_slip_of_the_keyboard(world, acting):
    with acting(world.officer):
        put(1, "Disdukcapil Tanjung Arum", world.sgr, kind="organization")
    fold(acting)
    with acting(world.officer):
        for typed in ("disdukcpil", "disdukcapill", "dsidukcapil", "disdukcapol"):
            assert service.suggest(scopes.current(), typed) == "disdukcapil", typed
        assert service.suggest(scopes.current(), "disdukcpil tanjung") == "disdukcapil tanjung"
        assert service.suggest(scopes.current(), "xyzzyplugh") is None


def test_did_you_mean_never_tells_another_offices_words(world, acting):
    with acting(world.sister_officer):
        put(1, "Wiryopranoto", world.wnm)
    fold(acting)
    with acting(world.officer):
        assert service.suggest(scopes.current(), "wiryopranotp") is None
    with acting(world.sister_officer):
        assert service.suggest(scopes.current(), "wiryopranotp") == "wiryopranoto"


def test_a_query_beyond_the_cap_shows_names_that_begin_with_it(world, acting):
    with acting(world.officer):
        service.put_many(service.Entry("person", n, world.sgr.id, False, f"Agus Sari {n:03}") for n in range(30))
        put(99, "Sari Wangi", world.sgr)
        hits = queries.find(scopes.current(), "sari", cap=20, limit=5)
    assert hits.is_capped
    assert hits.count == 20
    assert titles(hits)[0] == "Sari Wangi"
