"""The logo at the top of e-mails: brought by an administrator, made to fit, open to whoever has its address and to nobody who guesses."""

import io
import re

import pytest
from PIL import Image

from crm.core import scope as scopes
from crm.offices import letterhead
from crm.offices.models import Office
from tests.browser import Browser
from tests.files.factories import GIF, PDF, SVG, huge_png, picture

SYSTEM = scopes.system_scope("look at an office's logo")


@pytest.fixture
def admin(app, world):
    return Browser(app).sign_in(world.admin)


def bring(admin, office, content, name="logo.png", **kwargs):
    return admin.post(f"/offices/{office.id}/logo", {"file": (io.BytesIO(content), name)}, **kwargs)


def logo_of(acting, office):
    with acting(SYSTEM) as session:
        return letterhead.of(session.get(Office, office.id)).logo


@pytest.mark.parametrize(("name", "kind", "ending"), [("logo.png", "png", "png"), ("Logo Kantor.JPG", "jpg", "jpg")])
def test_a_logo_is_made_to_fit_and_open_to_whoever_has_its_address(app, admin, world, acting, name, kind, ending):
    bring(admin, world.sgr, picture(kind, size=(1600, 300), exif=False), name)
    logo = logo_of(acting, world.sgr)
    assert (logo.width, logo.height, logo.shown) == (400, 75, (200, 38))
    page = admin.get(f"/offices/{world.sgr.id}/logo").text
    assert f'src="{logo.path}"' in page
    assert "Logo dipasang di surel" in admin.get(f"/offices/{world.sgr.id}").text
    stranger = Browser(app)
    answer = stranger.get(logo.path, check=False)
    assert Image.open(io.BytesIO(answer.data)).size == (400, 75)
    answer.close()
    assert logo.path.endswith(ending)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert "Set-Cookie" not in answer.headers
    head = stranger.client.head(logo.path)
    assert (head.status_code, head.data, head.mimetype) == (200, b"", answer.mimetype)
    head.close()


def test_a_small_logo_stays_as_small_as_it_is(admin, world, acting):
    bring(admin, world.sgr, picture("png", size=(90, 30), exif=False))
    assert logo_of(acting, world.sgr).shown == (90, 30)


def test_the_address_of_a_logo_is_not_to_be_guessed(app, admin, world, acting):
    bring(admin, world.sgr, picture("png", exif=False))
    file_id, proof = re.search(r"/offices/logos/(\d+)-([a-z2-7]{26})\.png", logo_of(acting, world.sgr).path).groups()
    other = "a" if proof[0] != "a" else "b"
    stranger = Browser(app)
    for guessed in (
        f"{file_id}-{other}{proof[1:]}.png",
        f"{int(file_id) + 1}-{proof}.png",
        f"{file_id}-{proof}.jpg",
        file_id,
        "x",
    ):
        stranger.get(f"/offices/logos/{guessed}", status=404, check=False)
    admin.get(f"/files/{file_id}", status=404)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("logo.webp", picture("webp", exif=False), "Logo harus gambar PNG atau JPEG."),
        ("logo.pdf", PDF, "Logo harus gambar PNG atau JPEG."),
        ("logo.gif", GIF, "logo.gif"),
        ("logo.png", SVG, "tidak sesuai dengan namanya"),
        ("logo.png", huge_png(), "terlalu besar ukurannya dalam piksel"),
        ("logo.png", b"", "kosong"),
    ],
    ids=["webp", "pdf", "gif", "svg", "huge", "empty"],
)
def test_a_wrong_file_is_refused_in_words(admin, world, acting, name, content, words):
    page = bring(admin, world.sgr, content, name, status=422).text
    assert words in page
    assert logo_of(acting, world.sgr) is None


def test_no_file_is_asked_for(admin, world):
    assert "Pilih berkas dulu." in admin.post(f"/offices/{world.sgr.id}/logo", {}, status=422).text


def test_the_letterhead_is_saved_without_losing_the_logo_and_the_logo_without_losing_the_letterhead(admin, world, acting):
    bring(admin, world.sgr, picture("png", exif=False))
    admin.post(f"/offices/{world.sgr.id}/letterhead", {"name": "Kanim Sagaramaya", "address": "Jalan Baru 1"})
    before = logo_of(acting, world.sgr)
    assert before is not None
    bring(admin, world.sgr, picture("jpg", exif=False), "baru.jpg")
    with acting(SYSTEM) as session:
        head = letterhead.of(session.get(Office, world.sgr.id))
    assert (head.name, head.address) == ("Kanim Sagaramaya", "Jalan Baru 1")
    assert head.logo not in {None, before}


def test_a_logo_taken_off_stays_for_the_mails_that_were_sent(app, admin, world, acting):
    bring(admin, world.sgr, picture("png", exif=False))
    path = logo_of(acting, world.sgr).path
    admin.post(f"/offices/{world.sgr.id}/logo/removal")
    assert logo_of(acting, world.sgr) is None
    assert path not in admin.get(f"/offices/{world.sgr.id}/logo").text
    Browser(app).get(path, check=False).close()
    admin.post(f"/offices/{world.sgr.id}/logo/removal")  # once more changes nothing


def test_only_who_manages_offices_sets_a_logo_and_only_of_ones_own(app, admin, world, acting):
    for user in (world.viewer, world.officer, world.manager):
        someone = Browser(app).sign_in(user)
        someone.get(f"/offices/{world.sgr.id}/logo", status=403)
        bring(someone, world.sgr, picture("png", exif=False), status=403)
        someone.post(f"/offices/{world.sgr.id}/logo/removal", status=403)
    bring(admin, world.wnm, picture("png", exif=False), status=404)
    admin.post(f"/offices/{world.wnm.id}/logo/removal", status=404)
    assert logo_of(acting, world.sgr) is None
