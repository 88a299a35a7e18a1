"""What the browser is sent: the built stylesheet, the icons, other people's files."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from crm.core import places, stylesheet

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "crm" / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Pages for the public have a light stylesheet and icons of their own.
PUBLIC = [path for path in TEMPLATES if "portal" in path.parts or path.name == "public.html"]
LETTERS = [
    path for path in TEMPLATES if "/".join(path.parts[-3:-1]) in {"layout/mail", "components/mail"}
]  # a style of their own
OURS = [path for path in TEMPLATES if path not in (*PUBLIC, *LETTERS)]
# Classes that only scripts or tests look for, or that a macro puts together from a prefix and a word.
NOT_STYLED = {"m-menu-box", "m-figure", "m-rec-facts", "m-body2", "m-none", "m-mail", "m-flush", "has-draft"}
TABLER_CLASSES = re.compile(
    r"^(d-|mb-|mt-|ms-|me-|p-|px-|py-|col-|row$|card|badge|text-|bg-|container|nav-|page-|list-group|alert)"
)


def test_the_built_stylesheet_is_fresh():
    assert stylesheet.TARGET.read_text(encoding="utf-8") == stylesheet.build(), "Run `python -m crm.core.stylesheet`."


def test_every_source_is_in_the_build():
    assert {path.stem for path in (STATIC / "css").glob("*.css")} == set(stylesheet.OWN)


def test_dark_values_follow_the_system_without_script():
    built = stylesheet.build()
    values = {match.group(1).strip() for match in re.finditer(r'\[data-bs-theme="(?:dark|auto)"\] \{(.*?)\}', built, re.S)}
    assert len(values) == 1, "the dark values of the theme and of prefers-color-scheme differ"
    assert "--m-bg: #131719" in values.pop()


@pytest.mark.parametrize(
    ("tabler", "expected"),
    [
        (".btn{color:red}.card{color:blue}", ".btn{color:red}"),
        (".btn,.card{a:b}", ".btn{a:b}"),
        (".btn:not(.card,.x){a:b}.btn:hover{c:d}", ".btn:hover{c:d}"),
        ("@media (x){.card{a:b}}@media (y){.btn{a:b}}", "@media (y){.btn{a:b}}"),
        (
            ":root{--used:1;--chain:var(--used);--dead:2}.btn{a:var(--chain)}",
            ":root{--used:1;--chain:var(--used)}\n.btn{a:var(--chain)}",
        ),
        ('.btn{b:url("data:x;y,{}")}', '.btn{b:url("data:x;y,{}")}'),
    ],
)
def test_only_what_we_use_of_tabler_is_taken(tabler, expected):
    assert stylesheet.from_tabler(tabler, used_elsewhere="") == expected


def test_a_cold_first_page_fits_the_budget():
    """170 kB over the wire: stylesheet, font, icons, htmx and all our scripts, with 20 kB left for the page itself."""
    sent = [
        STATIC / "app.css",
        STATIC / "icons.svg",
        STATIC / "mark.svg",
        STATIC / "vendor/htmx/htmx.min.js",
        *(STATIC / "js").glob("*.js"),
    ]
    total = sum(len(gzip.compress(path.read_bytes())) for path in sent)
    total += (STATIC / "vendor/inter/inter-latin-wght-normal.woff2").stat().st_size
    assert total + 20_000 < 170_000, total


def _named(templates, pattern):
    """What templates name, and where it was last seen."""
    return {name: path.name for path in templates for name in re.findall(pattern, path.read_text(encoding="utf-8"))}


def test_every_icon_that_is_named_exists():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    assert {name: at for name, at in _named(OURS, r'\bicon\(\s*"([\w-]+)"').items() if name not in drawn} == {}


def test_every_icon_of_a_public_page_exists():
    macro = (ROOT / "templates/portal/_icons.html").read_text(encoding="utf-8")
    drawn = set(re.findall(r'^  "([\w-]+)": "M', macro, re.MULTILINE))
    named = _named(PUBLIC, r'\bicon\(\s*"([\w-]+)"')
    assert drawn
    assert named.keys() == drawn, named


def _unstyled(templates, css):
    styled = set(re.findall(r"\.(-?[a-zA-Z_][\w-]*)", css)) | NOT_STYLED
    missing = {}
    for path in templates:
        for value in re.findall(r'class="([^"{}]*)"', path.read_text(encoding="utf-8")):
            missing |= {name: path.name for name in value.split() if name not in styled and not name.startswith("is-")}
    return missing


def test_every_class_that_templates_use_is_styled():
    assert _unstyled(OURS, stylesheet.build()) == {}


def test_every_class_of_a_public_page_is_styled():
    assert _unstyled(PUBLIC, (STATIC / "portal.css").read_text(encoding="utf-8")) == {}


@pytest.mark.parametrize("folder", [STATIC / "vendor", ROOT / "tests" / "vendor"])
def test_vendored_files_are_what_was_published(folder):
    packages = json.loads((folder / "VERSIONS.json").read_text(encoding="utf-8"))
    named = set()
    for package in packages:
        assert (folder / package["licence_text"]).read_text(encoding="utf-8").strip(), package["package"]
        named.add((folder / package["licence_text"]).resolve())
        for name, file in package["files"].items():
            named.add((folder / name).resolve())
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == file["sha256"], name
    there = {path.resolve() for path in folder.rglob("*") if path.is_file() and path.name not in {"VERSIONS.json", "README.md"}}
    assert there <= named, "a file without version and licence"


def test_templates_hold_no_style_no_script_and_keep_htmx_in_macros():
    faults = []
    for path in TEMPLATES:
        text, name = path.read_text(encoding="utf-8"), path.relative_to(ROOT / "templates").as_posix()
        markup = re.sub(r"\{#.*?#\}", "", text, flags=re.S)
        if name.startswith(("mail/", "accounts/mail/")) or "/mail/" in name:
            continue
        if re.search(r"<style|\sstyle=|\son\w+=\"|<script(?![^>]*\bsrc=)", markup):
            faults.append(f"{name}: inline style or script")
        if re.search(r"\bhx-[a-z]", markup) and not name.startswith("components/"):
            faults.append(f"{name}: hx- outside a macro")
    assert faults == []


def test_every_place_of_the_shell_is_a_view(app):
    assert {name: endpoint for name, endpoint in places.ENDPOINTS.items() if endpoint not in app.view_functions} == {}
