"""Real lists of organizations in the database: parents, abbreviations, regions; a second time nothing changes; nothing merges that should not."""

import csv
import re

import pytest
import sqlalchemy as sa

from crm.core import scope as scopes
from crm.exchange.models import ExternalId, ImportState
from crm.index import queries as index
from crm.stakeholders.matching import organization_key
from crm.stakeholders.models import NameKind, Organization, OtherName
from tests.exchange.imports import count, fates, named, plan, run, undo, undo_plan


@pytest.fixture
def lists(shared):
    return shared / "data" / "organizations"


def test_the_immigration_offices(app, world, acting, lists):
    path = lists / "indonesia-kantor-imigrasi.csv"
    expected = plan(app, acting, world.officer, "indonesia-immigration-offices", path)
    first = run(app, acting, world.officer, "indonesia-immigration-offices", path)
    assert (first.state, fates(first), first.created["organizations"]) == (ImportState.DONE, {"new": 52}, 52)
    assert (expected.counts, expected.state) == (first.counts, ImportState.PLANNED)
    again = run(app, acting, world.officer, "indonesia-immigration-offices", path)
    assert (fates(again), sum(again.created.values())) == ({"unchanged": 52}, 0)
    batam = named(acting, world.officer, Organization, "Kantor Imigrasi Kelas I Khusus TPI Batam")
    assert batam.address.startswith("Jl. Engku Putri No.3")
    with acting(world.officer):
        for name in ("Kantor Imigrasi Kelas I Khusus TPI Batam", "Medan Helvetia", "Engku Putri"):
            assert index.find(scopes.current(), name, kinds=("organization",)).count >= 1, name


def test_govuk_organisations_with_parents_and_abbreviations(app, world, acting, lists):
    path = lists / "govuk-organisations.csv"
    first = run(app, acting, world.officer, "govuk-organisations", path)
    assert (fates(first), first.created["organizations"]) == ({"new": 1016}, 1016)
    with path.open(encoding="utf-8", newline="") as stream:
        told = {row["slug"]: [slug for slug in re.split(r"[|;,\s]+", row["parents"]) if slug] for row in csv.DictReader(stream)}
    with acting(world.officer) as session:
        slugs = dict(session.execute(sa.select(ExternalId.stakeholder_id, ExternalId.value)).all())
        above = session.execute(sa.select(Organization.id, Organization.parent_id).where(Organization.parent_id.is_not(None)))
        parents = {slugs[child]: slugs[parent] for child, parent in above}
        shorts = sa.select(sa.func.count()).select_from(OtherName).where(OtherName.kind == NameKind.ABBREVIATION)
        assert session.scalar(shorts) == 488
    assert sum(map(bool, told.values())) == 557
    assert not {child: parent for child, parent in parents.items() if parent not in told[child]}
    assert len(parents) == 557, [slug for slug, names in told.items() if names and slug not in parents][:5]
    order = list(told)
    assert any(order.index(child) < order.index(parent) for child, parent in parents.items())  # the second reading is needed
    again = run(app, acting, world.officer, "govuk-organisations", path)
    assert (fates(again), sum(again.created.values())) == ({"unchanged": 1016}, 0)
    assert not undo_plan(acting, world.officer, first.id).kept
    undo(app, acting, world.officer, first.id)
    assert count(acting, world.officer, Organization) == 0


@pytest.mark.parametrize("with_codes", [True, False])
def test_a_town_and_the_regency_of_its_name_never_merge(app, world, acting, lists, with_codes):
    with (lists / "indonesia-wilayah-l1-l3.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["tingkat"] == "kabupaten/kota"]
    names = [row["nama"] for row in rows]
    bare = {re.sub(r"^(Kota|Kabupaten) (Administrasi )?", "", name) for name in names}
    pairs = sorted(name for name in bare if {f"Kota {name}", f"Kabupaten {name}"} <= set(names))
    assert len(pairs) == 26
    head, lines = ("kode,nama\n", [f"{r['kode']},{r['nama']}" for r in rows]) if with_codes else ("nama\n", names)
    first = run(app, acting, world.officer, "organizations", head + "\n".join(lines) + "\n")
    assert first.created["organizations"] == len({organization_key(name) for name in names}) == len(names)
    for name in pairs:
        town, regency = (named(acting, world.officer, Organization, f"{kind} {name}") for kind in ("Kota", "Kabupaten"))
        assert town.id != regency.id
        assert town.name_match != regency.name_match


def test_a_parent_may_stand_below_its_child_and_chains_do_not_close(app, world, acting):
    text = "nama,induk\nSeksi Lantaskim,Kanim Contoh\nKanim Contoh,Kanwil Contoh\nKanwil Contoh,Seksi Lantaskim\n"
    first = run(app, acting, world.officer, "organizations", text)
    assert fates(first) == {"new": 3}
    parents = {
        o: named(acting, world.officer, Organization, o).parent_id for o in ("Seksi Lantaskim", "Kanim Contoh", "Kanwil Contoh")
    }
    assert parents["Seksi Lantaskim"] == named(acting, world.officer, Organization, "Kanim Contoh").id
    assert parents["Kanim Contoh"] == named(acting, world.officer, Organization, "Kanwil Contoh").id
    assert parents["Kanwil Contoh"] is None  # it would stand below itself
