"""One running office for the tests of faults, on the database that the parameter names."""

import os

import pytest

from tests import postgres_server
from tests.faults.running import Running, Visitor, office_app, plant_office, rest


class Office:
    """The product with the little world in it, an application of the test on the same database, and visitors."""

    def __init__(self, folder, kind, url):
        self.folder, self.kind, self.url = folder, kind, url
        self.app = office_app(folder, url)
        plant_office(self.app)
        self.mitra = Running(folder, url)
        self.mitra.wait(self.mitra.answers, 60)

    def visitor(self):
        return Visitor(self.mitra.port).sign_in()

    def close(self):
        if self.mitra.process.poll() is None:
            self.mitra.stop()
        rest(self.app)


@pytest.fixture
def running_office(request, tmp_path):
    """Parametrized indirectly with sqlite or postgres."""
    chosen = request.config.getoption("--database")
    if chosen not in {request.param, "both"}:
        pytest.skip(f"--database={chosen}")
    url = "" if request.param == "sqlite" else postgres_server.fresh(f"mitra_fault_{os.getpid()}")
    office = Office(tmp_path, request.param, url)
    yield office
    office.close()
