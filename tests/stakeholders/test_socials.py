import pytest

from crm.stakeholders import socials


@pytest.mark.parametrize(
    ("written", "network", "account"),
    [
        ("@kanim.arum", "instagram", ("instagram", "kanim.arum")),
        ("https://www.instagram.com/kanim.arum/", "", ("instagram", "kanim.arum")),
        ("twitter.com/kanimarum", "", ("x", "kanimarum")),
        ("https://www.tiktok.com/@kanimarum?lang=id", "", ("tiktok", "kanimarum")),
        ("budi-santosa", "linkedin", ("linkedin", "in/budi-santosa")),
    ],
)
def test_handles_and_addresses(written, network, account):
    found = socials.parse(written, network)
    assert (found.network, found.handle) == account
    assert socials.link(found.network, found.handle).startswith("https://")


@pytest.mark.parametrize(
    "written", ["javascript://instagram.com/%0aalert(1)", "https://evil.example/x", "//evil.example", "a b", ""]
)
def test_other_addresses_are_refused(written):
    with pytest.raises(socials.UnknownAccount):
        socials.parse(written, "instagram" if "/" not in written else "")


def test_unknown_network_has_no_link():
    assert socials.link("orkut", "x") == ""
