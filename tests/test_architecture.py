"""The rules of the house that no linter knows. Each is seen to fail by tests/tooling/test_house_rules.py."""

import ast
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

import config
from crm.core import access
from crm.core.db import Base
from crm.core.scope import Scoped

ROOT = Path(__file__).resolve().parents[1]
CODE = sorted(p for p in (ROOT / "crm").rglob("*.py"))
TEMPLATES = sorted(p for p in (ROOT / "templates").rglob("*") if p.suffix in {".html", ".txt"})
DRAWERS = {"util", "utils", "helpers", "helper", "common", "misc", "manager", "handler"}

# Who may come in without signing in, each on purpose.
PUBLIC = {
    "health.live",
    "health.ready",
    "accounts.sign_in",
    "accounts.sign_out",  # ends what the cookie names; nothing to see for a stranger
    "accounts.forgotten_password",
    "accounts.reset_asked",
    "accounts.open_link",  # a link from a mail: moves its token into the session, out of the address
    "accounts.new_password",
    "accounts.invitation",
    "portal.issues",  # what was sent to the public already
    "portal.issue",
    "portal.feed",
    "portal.personal_data",  # what an office keeps, and whom to ask
    "portal.sign_up",  # starts a double opt-in, nothing else
    "portal.widget",
    "portal.confirm",  # the token in the address proves who may
    "portal.preferences",
    "portal.read",
    "portal.unsubscribe",
    "offices.public_logo",  # the logo in mails that were sent; its address can't be guessed
    "campaigns.picture",  # a picture in mails that were sent; its address can't be guessed
    "styleguide.show",  # in development only
    "mail.take_events",  # signed by SendGrid
    "mail.take_mail",  # an address that nobody can guess, and a signature where SendGrid makes one
}
# Who takes a POST without a token of ours, from any site, each on purpose: none of them looks at a session.
OPEN = {
    "mail.take_events",
    "mail.take_mail",
    "portal.sign_up",
    "portal.confirm",
    "portal.preferences",
    "portal.unsubscribe",
}
TIERS = [
    {"core"}, {"activity"}, {"files"}, {"offices"}, {"mail"}, {"accounts"}, {"index"}, {"stakeholders"}, {"engagements"}, {"commitments"},
    {"bulletins"}, {"segments"}, {"interactions", "meetings", "campaigns"}, {"search", "exchange", "reports"}, {"desk", "portal"}, {"cli", "demo"},
]  # fmt: skip


def tier_of(package: str) -> int:
    return next(n for n, packages in enumerate(TIERS) if package in packages)


def endpoints(app: Flask) -> list[str]:
    return sorted({rule.endpoint for rule in app.url_map.iter_rules()})


def test_every_view_declares_who_may_use_it(app):
    undeclared = [name for name in endpoints(app) if access.access_of(app.view_functions[name]) is None]
    assert not undeclared


def test_public_views_are_the_listed_ones(app):
    found = {name for name in endpoints(app) if access.access_of(app.view_functions[name]) == access.PUBLIC}
    assert found <= PUBLIC, sorted(found - PUBLIC)


def test_views_that_take_forms_of_other_sites_are_the_listed_ones_and_public(app):
    found = {name for name in endpoints(app) if access.is_open_to_other_sites(app.view_functions[name])}
    assert found <= OPEN, sorted(found - OPEN)
    assert found <= PUBLIC


def test_addresses_are_kebab_case_with_typed_parameters(app):
    wrong = []
    for rule in app.url_map.iter_rules():
        for part in rule.rule.strip("/").split("/"):
            if part.startswith("<"):
                fine = re.fullmatch(r"<(int|string|path|date|any\([^)]*\)):[a-z_]+>", part)
            else:
                fine = re.fullmatch(r"[a-z0-9]*(-[a-z0-9]+)*(\.[a-z]+)?", part)
            if not fine:
                wrong.append(rule.rule)
    assert not wrong


def test_an_endpoint_is_feature_and_function(app):
    wrong = []
    for name, view in app.view_functions.items():
        module, function = view.__module__, view.__name__
        feature = module.split(".")[1] if module.startswith("crm.") else module
        blueprint, _, last = name.rpartition(".")
        if (blueprint, last) != (feature, function) and not module.startswith("crm.core"):
            wrong.append(f"{name} is {module}.{function}")
    assert not wrong


def test_foreign_keys_point_down(app):
    wrong = []
    for mapper in Base.registry.mappers:
        package = mapper.class_.__module__.split(".")[1]
        for column in mapper.local_table.columns:
            for key in column.foreign_keys:
                target = next(m for m in Base.registry.mappers if m.local_table is key.column.table)
                if tier_of(target.class_.__module__.split(".")[1]) > tier_of(package):
                    wrong.append(f"{mapper.local_table.name}.{column.name} -> {key.column.table.name}")
    assert not wrong


def test_every_foreign_key_to_stakeholders_says_what_a_merge_does(app):
    wrong = []
    for table in Base.metadata.tables.values():
        for column in table.columns:
            leads = any(key.column.table.name in {"stakeholders", "organizations", "people"} for key in column.foreign_keys)
            if leads and column.info.get("on_merge") not in {"move", "combine", "refuse"}:
                wrong.append(f"{table.name}.{column.name}")
    assert not wrong


def test_every_model_is_scoped_or_declared_global(app):
    wrong = [
        m.class_.__name__
        for m in Base.registry.mappers
        if not (issubclass(m.class_, Scoped) or getattr(m.class_, "is_global", False))
    ]
    assert not wrong


def test_a_model_with_an_office_is_scoped(app):
    exempt = {"User", "UserSession"}  # people may have written anything anywhere; lists go through users_visible_to
    exempt |= {"SearchDocument"}  # searched only with the scope in the MATCH (crm/index/backends)
    exempt |= {"JobRow"}  # the worker takes all; the page of administrators asks for its offices (jobs._in_scope)
    wrong = [
        m.class_.__name__
        for m in Base.registry.mappers
        if "office_id" in m.local_table.c and not issubclass(m.class_, Scoped) and m.class_.__name__ not in exempt
    ]
    assert not wrong


def calls(tree: ast.AST) -> list[tuple[str, int]]:
    """Names called in a module, as `session.commit`, with their lines."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found.append((f"{ast.unparse(node.func.value)}.{node.func.attr}", node.lineno))
    return found


def test_only_transaction_commits():
    wrong = []
    for place in CODE:
        if place.relative_to(ROOT).as_posix() == "crm/core/transaction.py":
            continue
        wrong += [
            f"{place.relative_to(ROOT)}:{line}"
            for name, line in calls(ast.parse(place.read_text()))
            if name.endswith("session.commit") or name == "db.session.commit"
        ]
    assert not wrong


RAW_SQL = ("crm/index/", "crm/reports/", "crm/core/", "migrations/")


def test_text_sql_stands_only_where_the_scope_is_an_argument():
    wrong = []
    for place in CODE:
        name = place.relative_to(ROOT).as_posix()
        if name.startswith(RAW_SQL):
            continue
        tree = ast.parse(place.read_text())
        for called, line in calls(tree):
            if called in {"sa.text", "db.text"} and "/models" not in f"/{name}" and "DDL" not in place.read_text():
                wrong.append(f"{name}:{line}")
    assert not wrong


def test_every_setting_that_code_asks_for_is_read_in_config():
    known = config.read()
    asked = {
        (str(path.relative_to(ROOT)), name)
        for path in (ROOT / "crm").rglob("*.py")
        for name in re.findall(r'settings\.get\("(\w+)"', path.read_text())
    }
    assert asked
    assert not [(path, name) for path, name in sorted(asked) if name not in known], (
        "a process that runs has no setting that only tests set"
    )


def test_no_unescaped_markup():
    wrong = []
    for place in CODE:
        source = place.read_text()
        if re.search(r"\bMarkup\(|render_template_string|^import requests|^from requests", source, re.M) and place.name not in {
            "jinja.py"
        }:
            wrong.append(str(place.relative_to(ROOT)))
    wrong += [str(p.relative_to(ROOT)) for p in TEMPLATES if re.search(r"\|\s*safe\b|autoescape false", p.read_text())]
    assert not wrong


@pytest.mark.parametrize(("places", "most"), [(CODE, 400), (TEMPLATES, 150)], ids=["code", "templates"])
def test_no_file_is_too_long(places, most):
    assert not [f"{p.relative_to(ROOT)}: {n}" for p in places if (n := len(p.read_text().splitlines())) > most]


def test_no_test_file_is_too_long():
    tests = [p for p in (ROOT / "tests").rglob("*.py") if "vendor" not in p.parts]
    assert not [f"{p.relative_to(ROOT)}: {n}" for p in tests if (n := len(p.read_text().splitlines())) > 400]


def test_there_are_no_drawers():
    assert not [str(p.relative_to(ROOT)) for p in CODE if p.stem in DRAWERS or p.parent.name in DRAWERS]


def test_every_module_says_what_belongs_in_it():
    assert not [
        str(p.relative_to(ROOT)) for p in CODE if p.read_text().strip() and ast.get_docstring(ast.parse(p.read_text())) is None
    ]


def test_what_features_are_told_at_start_is_kept_once():
    """A list of a module that grows as applications are made holds everything twice after the second: core/registers.py has one that does not."""
    wrong = []
    for place in CODE:
        for statement in ast.parse(place.read_text()).body:
            value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
            is_list = isinstance(value, ast.List) and not value.elts
            is_call = (
                isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "list" and not value.args
            )
            if is_list or is_call:
                wrong.append(f"{place.relative_to(ROOT)}:{statement.lineno}")
    assert not wrong


SHARED_FOLDERS = {"components", "layout"}


def test_templates_use_only_their_own_folder_and_the_shared_ones():
    wrong = []
    for place in TEMPLATES:
        own = place.relative_to(ROOT / "templates").parts[0]
        for named in re.findall(r'{%-?\s*(?:extends|include|import|from)\s+"([^"]+)"', place.read_text()):
            folder = named.split("/")[0]
            if not (ROOT / "templates" / named).exists():
                wrong.append(f"{place.name} names {named}, which does not exist")
            elif folder not in SHARED_FOLDERS and folder != own:
                wrong.append(f"{place.relative_to(ROOT)} uses {named}")
    assert not wrong


def test_every_template_named_in_code_exists():
    wrong = []
    for place in CODE:
        for named in re.findall(r'"([a-z_]+/[a-z_/]+\.(?:html|txt))"', place.read_text()):
            if not (ROOT / "templates" / named).exists():
                wrong.append(f"{place.relative_to(ROOT)}: {named}")
    assert not wrong


def test_every_template_is_used():
    everything = "\n".join(p.read_text() for p in (*CODE, *TEMPLATES))
    unused = [name for p in TEMPLATES if (name := p.relative_to(ROOT / "templates").as_posix()) not in everything]
    assert not [name for name in unused if not re.search(re.escape(name.rsplit("/", 1)[0]) + r'/["\'{%]', everything)]


def test_no_template_styles_or_scripts_inline():
    inline = re.compile(r'\sstyle="|<style|\son[a-z]+="|<script(?![^>]*\ssrc=)')
    mail = {p for p in TEMPLATES if "mail" in p.parts or "print" in p.name}
    assert not [str(p.relative_to(ROOT)) for p in TEMPLATES if p not in mail and inline.search(p.read_text())]


def test_sqlite_never_gives_an_id_twice(app):
    reused = [
        m.local_table.name
        for m in Base.registry.mappers
        if m.inherits is None
        and [c.name for c in m.local_table.primary_key] == ["id"]
        and not m.local_table.dialect_options["sqlite"].get("autoincrement")
        and isinstance(m.local_table.c.id.type, sa.Integer)
    ]
    assert not reused
