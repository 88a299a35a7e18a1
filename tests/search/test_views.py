import re

import pytest

from crm.core import scope as scopes
from crm.index import service, vocabulary
from crm.stakeholders.models import Topic

SYSTEM = scopes.system_scope("search tests")


@pytest.fixture
def known(world, acting):
    """A person, an organization, a meeting and a commitment of SGR, and a person of the sister office."""
    with acting(SYSTEM) as session:
        service.put_many(
            [
                service.Entry("person", 1, world.sgr.id, False, "Budi Santosa", "Kepala Bidang, Disdukcapil"),
                service.Entry("organization", 2, world.sgr.id, False, "Disdukcapil Tanjung Arum", "Instansi mitra"),
                service.Entry("meeting", 3, world.sgr.id, False, "Rapat koordinasi Budi"),
                service.Entry("commitment", 4, world.sgr.id, False, "Kirim surat ke Budi"),
                service.Entry("person", 5, world.wnm.id, False, "Budi Wanamaya"),
            ]
        )
        session.add_all([Topic(name="Koordinasi"), Topic(name="Data WNA"), Topic(name="Wisata")])
        while vocabulary.fold():
            pass


def visible(response):
    main = re.search(r"<main.*</main>", response.text, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", main.group(0) if main else response.text))


def test_search_page_groups_hits_by_kind(known, world, browser):
    page = browser.sign_in(world.officer).get("/search?q=budi", queries=12)
    assert page.text.index("hits-person") < page.text.index("hits-meeting") < page.text.index("hits-commitment")
    assert "<mark>Budi</mark> Santosa" in page.text
    assert "/stakeholders/1" in page.text
    assert "Wanamaya" not in page.text


def test_search_page_narrows_to_a_kind(known, world, browser):
    page = browser.sign_in(world.officer).get("/search?q=budi&kind=meeting")
    assert "hits-meeting" in page.text
    assert "hits-person" not in page.text


def test_search_page_offers_what_was_meant_only_with_a_hit(known, world, browser):
    assert "q=disdukcapil" in browser.sign_in(world.officer).get("/search?q=disdukcpil").text
    assert "q=disdukcapil" not in browser.sign_in(world.sister_officer).get("/search?q=disdukcpil").text


@pytest.mark.parametrize("query", ["%22", "***", "a" * 500, "%00", "a+b+c+d+e+f+g+h+i+j+k+l+m+n"])
def test_unreadable_queries_are_told_and_never_an_error(known, world, browser, query):
    browser.sign_in(world.officer)
    browser.get(f"/search?q={query}", status=422)
    browser.get(f"/search/suggestions?q={query}")
    browser.get(f"/search/completions?kind=person&q={query}")


@pytest.mark.parametrize("query", ["budi'+OR+1=1--", "NEAR(budi", "AND+AND", "budi*", "%25", "budi%0D%0A"])
def test_hostile_queries_give_a_page(known, world, browser, query):
    response = browser.sign_in(world.officer)._request("GET", f"/search?q={query}")
    assert response.status_code in {200, 422}


def test_unknown_kind_is_refused(known, world, browser):
    browser.sign_in(world.officer).get("/search?q=budi&kind=users", status=400)
    browser.get("/search/completions?kind=users&q=budi", status=400)


def test_search_needs_somebody_signed_in(known, world, browser):
    response = browser._request("GET", "/search?q=budi")
    assert response.status_code in {302, 303, 401}
    assert "Santosa" not in response.text


def test_palette_gives_options_and_commands(known, world, browser):
    page = browser.sign_in(world.officer).get("/search/suggestions?q=budi")
    assert page.text.count('role="option"') == 4  # a person, a meeting, a commitment, and all results
    assert 'role="group" aria-labelledby="palette-person"' in page.text
    assert "Wanamaya" not in page.text


def test_empty_palette_gives_commands_that_the_person_may_use(known, world, browser):
    officer = browser.sign_in(world.officer).get("/search/suggestions?q=").text
    assert 'href="/commitments/new"' in officer
    assert 'href="/commitments/new"' not in browser.sign_in(world.viewer).get("/search/suggestions?q=").text


def test_completions_insert_names_with_their_ids(known, world, browser):
    page = browser.sign_in(world.officer).get("/search/completions?kind=person&q=budi")
    assert 'data-insert="Budi Santosa" data-mark="Budi Santosa" data-value="1"' in page.text
    assert "Wanamaya" not in page.text
    organizations = browser.get("/search/completions?kind=organization&q=disd").text
    assert 'data-mark="&#34;Disdukcapil Tanjung Arum&#34;"' in organizations


def test_topics_complete_by_any_word(known, world, browser):
    page = browser.sign_in(world.officer).get("/search/completions?kind=topic&q=w")
    assert re.findall(r'data-insert="([^"]+)"', page.text) == ["Wisata", "Data WNA"]
    assert 'data-mark="Data-WNA"' in page.text
    assert "data-insert" not in browser.get("/search/completions?kind=topic&q=%25").text
