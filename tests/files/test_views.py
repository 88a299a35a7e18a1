import contextlib
import io

import pytest
import sqlalchemy as sa
from flask import g
from werkzeug.exceptions import NotFound

from crm.core import headers
from crm.core import scope as scopes
from crm.core.db import db
from crm.files import disk, service, views
from crm.files.models import StoredFile
from crm.stakeholders.models import Organization
from tests.files import factories as made
from tests.stakeholders.factories import make_organization

SYSTEM = scopes.system_scope("file tests")


def store(data, name, subject, by):
    stored = service.store(io.BytesIO(data), shown_name=name, subject=subject, by=by)
    return stored.id, stored.storage_key


@pytest.fixture
def paper(world, acting):
    """A file of SGR on an organization of SGR."""
    with acting(world.officer):
        return store(made.PDF, "Notulen “rapat” é.pdf", make_organization(office=world.sgr), world.officer)[0]


def test_a_file_is_always_a_download(paper, world, browser):
    answer = browser.sign_in(world.viewer).get(f"/files/{paper}", buffered=True)
    assert answer.data == made.PDF
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''Notulen%20%E2%80%9Crapat%E2%80%9D%20%C3%A9.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == headers.FILE
    assert answer.headers["Cache-Control"] == "no-store"


def test_another_office_does_not_find_it(paper, world, browser):
    browser.sign_in(world.sister_admin).get(f"/files/{paper}", status=404)
    browser.sign_in(world.central).get(f"/files/{paper}", buffered=True)


def test_nobody_gets_it_signed_out(paper, world, browser):
    answer = browser._request("GET", f"/files/{paper}")
    assert answer.status_code in {302, 303, 401}
    assert made.PDF not in answer.data


def test_a_file_goes_with_its_record_out_of_sight(paper, world, acting, browser):
    """The file's own office is not enough: what it hangs on must be visible too."""
    with acting(SYSTEM) as session:
        session.execute(sa.update(Organization.__table__.metadata.tables["stakeholders"]).values(office_id=world.wnm.id))
    browser.sign_in(world.officer).get(f"/files/{paper}", status=404)


def test_a_file_on_something_unknown_is_not_handed_out(paper, world, acting, browser):
    with acting(SYSTEM) as session:
        session.execute(sa.update(StoredFile).values(subject_kind="teapot"))
    browser.sign_in(world.officer).get(f"/files/{paper}", status=404)


def test_a_file_whose_bytes_are_lost_is_not_found(paper, world, acting, browser):
    with acting(SYSTEM) as session:
        disk.remove(session.scalar(sa.select(StoredFile.storage_key)))
    browser.sign_in(world.officer).get(f"/files/{paper}", status=404)


@pytest.mark.parametrize(
    "path",
    ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%252e%252e%252fetc", "1/../2", "0", "-1", "99999999999999999999", "a.pdf"],
)
def test_paths_lead_nowhere(paper, world, browser, path):
    browser.sign_in(world.officer)
    assert browser._request("GET", f"/files/{path}").status_code == 404


@pytest.fixture
def ask(app, world, acting):
    """Hands a stored picture to whoever has its address; asked with these headers, after its bytes are lost, or for no picture at all."""
    data = made.picture("png")
    with acting(world.officer):
        file_id, key = store(data, "tanda.png", make_organization(office=world.sgr), world.officer)

    def asked(*, is_lost=False, exists=True, **headers):
        with app.test_request_context(headers=headers), scopes.use(SYSTEM):
            if is_lost:
                disk.remove(key)
            answer = views.picture_for_everybody(db.session.get(StoredFile, file_id) if exists else None)
            answer.direct_passthrough = False
            with contextlib.closing(answer):
                return answer, answer.get_data(), (g.content_policy, g.is_immutable)

    return asked


def test_a_picture_of_a_mail_is_shown_and_kept_for_ever_and_asked_for_again_by_its_mark(ask):
    answer, data, told = ask()
    assert (answer.status_code, answer.mimetype, data[:4]) == (200, "image/png", b"\x89PNG")
    assert "Content-Disposition" not in answer.headers
    assert told == ("file", True)
    again, _data, told = ask(**{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, told) == (304, ("file", True))


@pytest.mark.parametrize("missing", [{"exists": False}, {"is_lost": True}])
def test_a_picture_that_nobody_keeps_is_not_found(ask, missing):
    with pytest.raises(NotFound):
        ask(**missing)
