import pytest

from crm.core.links import is_safe_link
from crm.core.pages import local_target


# WB-04
@pytest.mark.parametrize(
    "target",
    [
        "//evil.test",
        "/\\evil.test",
        "https:evil.test",
        "https://evil.test",
        "/%0d%0a",
        "/\tevil",
        "/\t/evil",
        "///evil",
        "http://me@evil",
        "evil",
        "",
        None,
        "/ok\r\nX: y",
    ],
)
def test_a_redirect_stays_on_this_site(target):
    assert local_target(target, "/desk") in {"/desk", "/%0d%0a"}


@pytest.mark.parametrize("target", ["/stakeholders/4?tab=people", "/", "/reports/coordination?from=2026-01-01"])
def test_local_paths_are_kept(target):
    assert local_target(target, "/desk") == target


# XS-05
@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil",
        "\\\\evil",
        "JaVaScRiPt:alert(1)",
        "vbscript:x",
        "https://",
        "http:\\\\evil",
        "java\nscript:alert(1)",
    ],
)
def test_dangerous_links_are_refused(address):
    assert not is_safe_link(address)


def test_web_addresses_are_links():
    assert is_safe_link("https://kanim-sagaramaya.example/berita?id=1")
