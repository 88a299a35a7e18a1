"""F-10: the database server is restarted, politely and by a crash, while people write."""

import time

import pytest

from tests.faults.conftest import Office
from tests.faults.ledger import Ledger, broken_invariants, summaries, summary_of
from tests.faults.own_postgres import OwnPostgres
from tests.faults.running import Visitor


@pytest.fixture
def postgres(request):
    if request.config.getoption("--database") == "sqlite":
        pytest.skip("--database=sqlite")
    server = OwnPostgres()
    yield server
    server.close()


@pytest.fixture
def office(postgres, tmp_path):
    made = Office(tmp_path, "postgres", postgres.url)
    yield made
    made.close()


def test_restarts_lose_nothing_acknowledged_and_the_pool_recovers_by_itself(office, postgres):
    signed_in = office.visitor()
    with Ledger(office, pause=0.02) as ledger:
        ledger.wait_for(8)
        for how in ("fast", "immediate"):
            postgres.stop(how)
            assert not office.mitra.answers("/readyz")
            assert office.mitra.answers("/healthz")
            page = signed_in.log("telp @Disdukcapil: saat mati")
            assert page.status == 503, (page, office.mitra.output.read_text()[-3000:])
            assert "saat mati" in page.text
            assert page.retry_after
            time.sleep(0.3)
            postgres.start()
            office.mitra.wait(office.mitra.answers, 10)
            ledger.wait_for(len(ledger.acknowledged) + 10)

    found = summaries(office.app)
    assert [line for line, _place in ledger.acknowledged.values() if found.get(summary_of(line)) != 1] == []
    assert set(ledger.refused) <= {503}
    for key, line in ledger.unanswered.items():
        assert signed_in.log(line, key).status == 303
    assert set(summaries(office.app).values()) == {1}
    assert broken_invariants(office.app) == []
    assert office.mitra.command("doctor").returncode == 0


PAGES = [
    "/desk",
    "/stakeholders",
    "/stakeholders/1",
    "/search?q=disdukcapil",
    "/interactions/quick-log",
    "/files/1",
    "/sign-in",
    "/forgotten-password",
    "/",
]


# F-11: whoever comes while the database is down is told so on a whole page, in their language, with or without a session.
def test_pages_while_the_database_is_down_say_so(office, postgres):
    signed_in, stranger = office.visitor(), Visitor(office.mitra.port)
    english = Visitor(office.mitra.port)
    english.get("/sign-in?lang=en")
    postgres.stop("fast")
    said = {}
    for who, visitor in (("signed in", signed_in), ("stranger", stranger), ("english", english)):
        for path in PAGES:
            answer = visitor.get(path)
            said[who, path] = (answer.status, answer.text)
    for (who, path), (status, text) in said.items():
        assert status in {200, 302, 303, 503}, (who, path, status)
        assert "Traceback" not in text
        if status == 503:
            assert "</html>" in text
            assert ("The system is busy" if who == "english" else "Sistem sedang sibuk") in text, (who, path, text)
    assert {path for (who, path), (status, _text) in said.items() if who == "signed in" and status == 503} >= set(PAGES[:6])
    for path in ("/nowhere", "/stakeholders/x"):
        assert signed_in.get(path).status == 404
        assert stranger.get(path).status == 404
    assert stranger.get("/healthz").status == 200
    postgres.start()
    office.mitra.wait(office.mitra.answers, 10)
    assert signed_in.get("/stakeholders").status == 200
