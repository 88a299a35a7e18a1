import subprocess
import sys

import pytest
import sqlalchemy as sa

from crm.accounts import passwords
from crm.accounts.models import Role, User
from crm.activity.models import ActivityEntry
from crm.core import scope as scopes
from crm.core import transaction
from crm.offices.models import Office
from tests import databases

SYSTEM = scopes.system_scope("look at what a command made")
PASSWORD = "laut biru tenang sekali"


@pytest.fixture
def command(app):
    runner = app.test_cli_runner()
    return lambda *arguments, typed="": runner.invoke(args=["crm", *arguments], input=typed)


def _office(acting, code):
    with acting(SYSTEM) as session:
        return session.scalar(sa.select(Office).where(Office.code == code))


def test_office_list_prints_code_name_and_zone_and_nothing_else(world, command):
    result = command("office", "list")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "DJI\tDirektorat Jenderal Imigrasi\tAsia/Jakarta",
        "KNK\tKantor Wilayah Nusa Khayal\tAsia/Jakarta",
        "SGR\tKanim Sagaramaya\tAsia/Jakarta",
        "SGR-LNG\tImmigration Lounge Sagara Square\tAsia/Jakarta",
        "WNM\tKanim Wanamaya\tAsia/Makassar",
    ]


def test_office_add_stands_below_its_parent_and_has_its_zone(world, command, acting):
    assert command("office", "add", "WNM-1", "--name", "Unit Layanan", "--parent", "WNM").exit_code == 0
    made = _office(acting, "WNM-1")
    assert (made.timezone, made.path) == ("Asia/Makassar", f"{world.wnm.path}{made.id}/")


def test_office_add_without_parent_makes_a_root(world, command, acting):
    assert command("office", "add", "LAIN", "--name", "Kantor Lain", "--timezone", "Asia/Jayapura").exit_code == 0
    made = _office(acting, "LAIN")
    assert (made.parent_id, made.path, made.timezone) == (None, f"/{made.id}/", "Asia/Jayapura")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["SGR", "--name", "X"], "already"),
        (["sgr", "--name", "X"], "already"),
        (["NEW", "--name", "X", "--parent", "NONE"], "no office with the code 'NONE'"),
        (["NEW", "--name", "X", "--timezone", "Mars/Olympus"], "not a time zone"),
        (["A B", "--name", "X"], "not a code"),
        (["NEW", "--name", " "], "name is empty"),
    ],
)
def test_office_add_refuses_with_a_sentence_and_changes_nothing(world, command, acting, arguments, said):
    result = command("office", "add", *arguments)
    assert result.exit_code != 0
    assert said in result.stderr
    assert result.stdout == ""
    assert _office(acting, "NEW") is None


def test_user_add_reads_the_password_from_standard_input(world, command, acting):
    result = command(
        "user", "add", "Baru@Kanim.example", "--name", "Baru", "--role", "manager", "--office", "SGR", typed=PASSWORD + "\n"
    )
    assert result.exit_code == 0, result.stderr
    with acting(SYSTEM) as session:
        made = session.scalar(sa.select(User).where(User.email == "baru@kanim.example"))
        assert (made.name, made.role, made.office_id) == ("Baru", Role.MANAGER, world.sgr.id)
        assert passwords.matches(made.password_hash, PASSWORD)
        entry = session.scalar(sa.select(ActivityEntry).where(ActivityEntry.subject_kind == "user"))
        assert (entry.verb, entry.subject_id, entry.office_id) == ("created", made.id, world.sgr.id)
        assert PASSWORD not in str(entry.details)


@pytest.mark.parametrize(
    ("email", "role", "office", "typed", "said"),
    [
        ("officer@kanim.example", "officer", "SGR", PASSWORD, "already"),
        ("OFFICER@kanim.example", "officer", "SGR", PASSWORD, "already"),
        ("not an address", "officer", "SGR", PASSWORD, "not an e-mail address"),
        ("new@kanim.example", "boss", "SGR", PASSWORD, "boss"),
        ("new@kanim.example", "officer", "NONE", PASSWORD, "no office"),
        ("new@kanim.example", "officer", "SGR", "short", "at least 12"),
        ("new@kanim.example", "officer", "SGR", "password1234", "guessed first"),
        ("new@kanim.example", "officer", "SGR", "", "at least 12"),
    ],
)
def test_user_add_refuses_with_a_sentence_and_adds_nobody(world, command, acting, email, role, office, typed, said):
    result = command("user", "add", email, "--name", "X", "--role", role, "--office", office, typed=typed)
    assert result.exit_code != 0
    assert said in result.stderr
    with acting(SYSTEM) as session:
        assert session.scalar(sa.select(sa.func.count(User.id))) == 11


SETUP = [
    "setup",
    "--office-code",
    "KANWIL",
    "--office-name",
    "Kantor Wilayah",
    "--timezone",
    "Asia/Makassar",
    "--admin-email",
    "admin@kanwil.example",
]
SETUP += ["--admin-name", "Ratna", "--letterhead-line", "Kementerian", "--address", "Jl. Khayal 1", "--place", "Sagaramaya"]


def test_setup_refuses_a_database_that_holds_something(world, command):
    result = command(*SETUP, typed=PASSWORD)
    assert result.exit_code != 0
    assert "empty one" in result.stderr


@pytest.fixture
def empty(tmp_path):
    app = databases.make_app(f"sqlite:///{tmp_path / 'm.db'}", tmp_path)
    databases.make_schema(app)
    return app


def _counts(app):
    with app.app_context(), transaction.unit(SYSTEM) as session:
        return session.scalar(sa.select(sa.func.count(Office.id))), session.scalar(sa.select(sa.func.count(User.id)))


def test_setup_makes_tree_administrator_letterhead_and_zone(empty):
    result = empty.test_cli_runner().invoke(
        args=["crm", *SETUP, "--child", "KNM=Kanim Satu", "--child", "KND=Kanim Dua=Asia/Jayapura"], input=PASSWORD
    )
    assert result.exit_code == 0, result.stderr
    listed = empty.test_cli_runner().invoke(args=["crm", "office", "list"]).stdout.splitlines()
    assert listed == ["KANWIL\tKantor Wilayah\tAsia/Makassar", "KND\tKanim Dua\tAsia/Jayapura", "KNM\tKanim Satu\tAsia/Makassar"]
    with empty.app_context(), transaction.unit(SYSTEM) as session:
        top = session.scalar(sa.select(Office).where(Office.code == "KANWIL"))
        assert top.letterhead == {"parents": ["Kementerian"], "address": "Jl. Khayal 1", "place": "Sagaramaya"}
        admin = session.scalar(sa.select(User))
        assert (admin.role, admin.office_id) == (Role.ADMINISTRATOR, top.id)


@pytest.mark.parametrize(
    ("more", "typed", "said"),
    [
        (["--child", "KANWIL=Sama"], PASSWORD, "already"),
        (["--child", "KNM=Satu=Nowhere/Land"], PASSWORD, "not a time zone"),
        (["--child", "KNM"], PASSWORD, "not CODE=NAME"),
        (["--admin-email", "wrong"], PASSWORD, "not an e-mail address"),
        ([], "short", "at least 12"),
        ([f"--letterhead-line={n}" for n in range(5)], PASSWORD, "at most 5 lines"),
    ],
)
def test_failed_setup_leaves_nothing_behind(empty, more, typed, said):
    result = empty.test_cli_runner().invoke(args=["crm", *SETUP, *more], input=typed)
    assert result.exit_code != 0
    assert said in result.stderr
    assert _counts(empty) == (0, 0)


def test_setup_names_the_missing_option(empty):
    result = empty.test_cli_runner().invoke(args=["crm", "setup", "--office-code", "X"], input=PASSWORD)
    assert result.exit_code != 0
    assert "--office-name is missing" in result.stderr


def test_command_line_itself_prints_only_the_list(tmp_path):
    environment = {"CRM_DATA": str(tmp_path), "PATH": "/usr/bin:/bin", "MODE": "demo"}
    run = lambda *arguments: subprocess.run(  # noqa: E731
        [sys.executable, "-m", "flask", "crm", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    added = run("office", "add", "A1", "--name", "Kantor Satu")
    assert added.returncode == 0, added.stderr
    listed = run("office", "list")
    assert (listed.returncode, listed.stdout) == (0, "A1\tKantor Satu\tAsia/Jakarta\n")
    again = run("office", "add", "A1", "--name", "Kantor Satu")
    assert again.returncode != 0
    assert "already" in again.stderr
    assert "Traceback" not in again.stderr
