"""F-10: the database server is restarted, politely and by a crash, while people write."""

import time

import pytest

from tests.faults.conftest import Office
from tests.faults.ledger import Ledger, broken_invariants, summaries, summary_of
from tests.faults.own_postgres import OwnPostgres


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
