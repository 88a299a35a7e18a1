"""How one run is shared between processes: a file stays together, and so does all that drives the one Chromium."""

from xdist.scheduler import LoadScopeScheduling

BROWSER = ("tests/journeys/", "tests/static/test_styleguide.py", "tests/security/test_scripts_in_text.py")


def unit(test: str) -> str:
    """Name what must run in one process, one after the other, because it shares what is dear to make."""
    file = test.partition("::")[0]
    return "browser" if file.startswith(BROWSER) else file


class ByFile(LoadScopeScheduling):
    """Hands out whole files in the order of the command line; a file that ends early costs the others nothing."""

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)
