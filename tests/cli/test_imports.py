"""flask crm import and flask crm undo-import, from the outside: what is printed, the exit code, and what the database holds afterwards."""

import csv
import json
import os
import subprocess
import sys
from collections import Counter

import pytest
import sqlalchemy as sa

from crm.accounts.models import Role, User
from crm.activity.models import ActivityEntry
from crm.bootstrap import ROOT
from crm.core import scope as scopes
from crm.core import transaction
from crm.exchange.codes import Fate, Reason
from crm.exchange.models import Import, ImportState
from crm.index import queries as index
from crm.stakeholders.models import ContactPoint, Organization, Person, Stakeholder
from tests import databases
from tests.cli.factories import SYSTEM

KEYS = ["rows", "new", "added", "matched", "unchanged", "skipped", "problems", "created", "details", "import_id"]
CONTACTS = (
    "Nama,Instansi,Jabatan,Surel,Telepon\n"
    "Nurhayati,Disdukcapil,Kabid,nur@dinas.example,0812 5550 0142\n"
    ",Disdukcapil,Staf,,\n"
    "Budi,Disdukcapil,Staf,not an address,\n"
    "Suharti,Paguyuban,Ketua,,\n"
    "Jumlah,,,,\n"
)


@pytest.fixture
def command(world, app):
    return lambda *arguments: app.test_cli_runner().invoke(args=["crm", *map(str, arguments)])


@pytest.fixture
def contacts(tmp_path):
    path = tmp_path / "kontak.csv"
    path.write_text(CONTACTS, encoding="utf-8")
    return path


def count(acting, user, model):
    with acting(user) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model))


def test_json_is_one_object_and_its_rows_are_the_sum_of_the_fates(command, contacts, acting, world):
    done = command("import", contacts, "--profile", "contacts", "--office", "SGR", "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert list(told) == KEYS
    assert {name: told[name] for name in KEYS[:7]} == {
        "rows": 5, "new": 2, "added": 0, "matched": 0, "unchanged": 0, "skipped": 1, "problems": 2,
    }  # fmt: skip
    assert told["rows"] == sum(told[name] for name in KEYS[1:7]) == len(told["details"])
    assert told["created"] == {"organizations": 2, "people": 2, "engagements": 0}
    assert told["details"][1] == {"file": "kontak.csv", "row": 3, "fate": "problem", "reason": "required-empty"}
    fates = Counter(detail["fate"] for detail in told["details"])
    assert fates == {"new": 2, "problem": 2, "skipped": 1}
    for detail in told["details"]:
        assert list(detail) == ["file", "row", "fate", "reason"]
        assert Fate(detail["fate"])
        assert detail["reason"] == "" or Reason(detail["reason"])
    with acting(world.officer) as session:
        assert session.get(Import, told["import_id"]).state is ImportState.DONE
        for name in ("Nurhayati", "Suharti", "Disdukcapil", "Paguyuban"):
            assert index.find(scopes.current(), name).count >= 1, name


def test_a_dry_run_prints_the_same_and_keeps_nothing(command, contacts, acting, world):
    dry = json.loads(command("import", contacts, "--profile", "contacts", "--office", "SGR", "--json", "--dry-run").stdout)
    assert (count(acting, world.officer, Stakeholder), count(acting, world.officer, Import)) == (0, 0)
    real = json.loads(command("import", contacts, "--profile", "contacts", "--office", "SGR", "--json").stdout)
    assert dry["import_id"] is None
    assert {**dry, "import_id": real["import_id"]} == real
    again = json.loads(command("import", contacts, "--profile", "contacts", "--office", "SGR", "--json").stdout)
    assert (again["unchanged"], again["new"], sum(again["created"].values())) == (2, 0, 0)


def test_the_register_of_28_files(command, shared):
    """The figures of the manifest: 1,618 rows are 1,511 meetings, 67 guests of meetings above, 40 notes."""
    paths = sorted((shared / "data" / "meetings").glob("*.csv"))
    told = json.loads(command("import", *paths, "--profile", "uk-ministers-meetings", "--office", "SGR", "--json").stdout)
    assert [told[name] for name in KEYS[:7]] == [1618, 1511, 67, 0, 0, 40, 0]
    assert told["created"]["engagements"] == 1511
    assert {detail["file"] for detail in told["details"]} == {path.name for path in paths}


def test_without_json_it_tells_in_words_and_problems_go_to_the_error_stream(command, contacts):
    done = command("import", contacts, "--profile", "contacts", "--office", "SGR")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[:2] == [
        "5 rows: 2 new, 0 added, 0 matched, 0 unchanged, 1 skipped, 2 problems.",
        "Created 2 organizations, 2 people, 0 engagements.",
    ]
    assert "flask crm undo-import 1" in done.stdout
    assert "kontak.csv row 4: email-unreadable" in done.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"--office": "XXX"}, "There is no office XXX."),
        ({"--profile": "no-such"}, "The profile can't be used"),
        ({"--profile": "/nowhere/p.json"}, "The profile can't be read"),
        ({"--by": "nobody@kanim.example"}, "no account"),
    ],
)
def test_what_can_not_be_used_is_said_and_nothing_is_written(command, contacts, acting, world, change, said):
    options = {"--profile": "contacts", "--office": "SGR", **change}
    done = command("import", contacts, *[part for pair in options.items() for part in pair])
    assert (done.exit_code, said in done.stderr) == (1, True), done.stderr
    assert (done.stdout, count(acting, SYSTEM, Import)) == ("", 0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("Nama,Nama\nBudi,Sari\n", "column-twice"), ("Surel\na@b.example\n", "column-missing"), ("", "empty-file")],
)
@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_a_file_that_can_not_be_used_ends_with_its_reason(command, tmp_path, acting, world, text, reason, dry):
    path = tmp_path / "kontak.csv"
    path.write_text(text)
    done = command("import", path, "--profile", "contacts", "--office", "SGR", "--json", *dry)
    assert done.exit_code == 1
    assert (done.stdout, reason in done.stderr) == ("", True), done.stderr
    assert count(acting, world.officer, Stakeholder) == 0


def test_formulas_and_markup_in_cells_are_names_like_any_other(command, tmp_path, acting, world):
    """IM-02: nothing is run, stripped or refused; what a cell says is what is stored."""
    names = ['=HYPERLINK("http://evil.example","x")', "<script>alert(1)</script>", "@SUM(A1)", "+62 Foundation", "-2+3"]
    path = tmp_path / "kontak.csv"
    with path.open("w", newline="") as out:
        csv.writer(out).writerows([["Nama", "Catatan"], *[[name, name] for name in names]])
    told = json.loads(command("import", path, "--profile", "contacts", "--office", "SGR", "--json").stdout)
    assert told["new"] == 5
    with acting(world.officer) as session:
        assert sorted(session.execute(sa.select(Person.name, Person.note)).all()) == sorted((name, name) for name in names)


def test_a_profile_that_names_a_protected_field_is_refused(command, contacts, tmp_path, acting, world):
    for field in ("office_id", "owner_id", "id", "version", "is_shared", "created_by_id"):
        profile = tmp_path / "own.json"
        columns = {"name": {"headers": ["nama"]}, field: {"headers": ["surel"]}}
        told = {"schema": "mitra-import-profile/1", "key": "own", "title": {"en": "Own"}, "target": "people", "columns": columns}
        profile.write_text(json.dumps(told))
        done = command("import", contacts, "--profile", profile, "--office", "SGR", "--json")
        assert (done.exit_code, done.stdout) == (1, ""), field
        assert "profile-field" in done.stderr or "profile-unknown" in done.stderr, done.stderr
    assert count(acting, world.officer, Stakeholder) == 0


def test_private_fields_need_the_right_to_see_them(command, tmp_path, acting, world):
    path = tmp_path / "kontak.csv"
    path.write_text("Nama,HP pribadi,Telepon\nBudi,0812 5550 0142,0812 5550 0143\n")
    own = tmp_path / "own.json"
    columns = {"name": {"headers": ["nama"]}, "private_phone": {"headers": ["hp pribadi"]}}
    own.write_text(
        json.dumps(
            {"schema": "mitra-import-profile/1", "key": "own", "title": {"en": "Own"}, "target": "people", "columns": columns}
        )
    )
    with acting(SYSTEM) as session:  # a role that may import and yet not see private data does not exist: take the viewer
        session.get(User, world.officer.id).role = Role.VIEWER
    refused = command("import", path, "--profile", own, "--office", "SGR", "--by", world.officer.email)
    assert (refused.exit_code, "private data" in refused.stderr) == (1, True)
    command("import", path, "--profile", "contacts", "--office", "SGR", "--by", world.officer.email)
    with acting(world.colleague) as session:
        assert session.scalars(sa.select(ContactPoint.value)).all() == ["+6281255500143"]
    done = command("import", path, "--profile", own, "--office", "SGR", "--by", world.colleague.email)
    assert done.exit_code == 0, done.stderr
    with acting(world.colleague) as session:
        private = session.scalars(sa.select(ContactPoint.value).where(ContactPoint.is_private)).all()
        assert private == ["+6281255500142"]


def test_undo_shows_first_and_does_it_only_when_told(command, contacts, acting, world):
    command("import", contacts, "--profile", "contacts", "--office", "SGR")
    with acting(world.colleague) as session:
        suharti = session.scalars(sa.select(Person).where(Person.name == "Suharti")).one()
        suharti.note = "Minta dihubungi sore"
    shown = command("undo-import", 1)
    assert shown.exit_code == 0
    assert (
        shown.stdout.splitlines()[0]
        == "Would go: 0 engagements, 1 people, 1 organizations; 0 filled fields go back, 0 were changed since."
    )
    assert f"  stays: people {suharti.id} Suharti: touched" in shown.stdout
    assert "Nothing was changed." in shown.stdout
    assert count(acting, world.officer, Stakeholder) == 4
    done = command("undo-import", 1, "--yes")
    assert (done.exit_code, "Import 1 is undone." in done.stdout) == (0, True)
    assert (count(acting, world.officer, Person), count(acting, world.officer, Organization)) == (1, 1)
    twice = command("undo-import", 1, "--yes")
    assert (twice.exit_code, "it is undone" in twice.stderr) == (1, True)
    assert command("undo-import", 99, "--yes").exit_code == 1


MEASURE = """
import resource, sys
from pathlib import Path
from tests.databases import make_app
app = make_app(sys.argv[1], Path(sys.argv[2]))
def run(name):
    done = app.test_cli_runner().invoke(args=["crm", "import", name, "--profile", "contacts", "--office", "SGR"])
    assert done.exit_code == 0, done.stderr
    print(done.stdout.splitlines()[0], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, sep="|")
for name in sys.argv[3:]:
    run(name)
"""


def test_memory_does_not_grow_with_the_file(app, world, database, tmp_path):
    """Measured in a process of its own: what 100,000 rows add to what 5,000 took. The page cache of SQLite alone may take 32 MB."""
    paths = [tmp_path / "few.csv", tmp_path / "many.csv"]
    for path, rows in zip(paths, (5_000, 100_000), strict=True):
        with path.open("w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["name", "organization", "position", "email", "phone"])
            for n in range(rows):
                writer.writerow(
                    [f"Orang {path.stem} {n}", f"Dinas {n % 500}", f"Staf {n % 50}", f"{path.stem}{n}@a.example", f"0813{n:08d}"]
                )
    command = [sys.executable, "-c", MEASURE, database.url, str(database.folder), *map(str, paths)]
    database.is_dirty = True  # another process writes there
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    (few, before), (many, after) = (line.split("|") for line in done.stdout.splitlines())
    assert (few.split(",")[0], many.split(",")[0]) == ("5000 rows: 5000 new", "100000 rows: 100000 new")
    assert int(after) - int(before) < 60, (before, after)


# A register comes in on the first day, before anybody has an account; whoever runs commands holds the database itself.
def test_an_office_without_accounts_imports_and_undoes_as_the_command_line(database, contacts):
    empty = databases.Blank(database.kind)
    try:
        databases.make_schema(empty.app)
        command = lambda *arguments: empty.app.test_cli_runner().invoke(args=["crm", *map(str, arguments)])  # noqa: E731
        assert command("office", "add", "SGR", "--name", "Kanim Sagaramaya").exit_code == 0
        ask = ("import", contacts, "--profile", "contacts", "--office", "SGR", "--json")
        dry, done = command(*ask, "--dry-run"), command(*ask)
        assert (dry.exit_code, done.exit_code) == (0, 0), done.stderr
        assert {**json.loads(dry.stdout), "import_id": 1} == json.loads(done.stdout)
        undone = command("undo-import", "1", "--yes")
        assert undone.exit_code == 0, undone.stderr
        with empty.app.app_context(), transaction.unit(SYSTEM) as session:
            acts = sa.select(ActivityEntry.actor_id, ActivityEntry.actor_name).where(ActivityEntry.verb == "import-begun")
            assert session.execute(acts).all() == [(None, "flask crm")]
            assert session.scalar(sa.select(sa.func.count()).select_from(Stakeholder)) == 0
    finally:
        empty.close()
