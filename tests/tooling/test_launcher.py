import os
import socket
import subprocess
import sys

import pytest

import config
from crm import launcher
from crm.bootstrap import ROOT

HOST = "127.0.0.1"


@pytest.fixture
def taken():
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def free():
    with socket.socket() as other:
        other.bind((HOST, 0))
        return other.getsockname()[1]


def release(held):
    if held.claim is not None:
        held.claim.close()


def test_an_explicit_port_that_is_taken_is_refused_and_not_changed(taken):
    with pytest.raises(launcher.PortTaken, match=f"port {taken} on {HOST} is taken"):
        launcher.hold_port(HOST, explicit=taken)


def test_without_a_port_the_next_free_one_is_taken(taken, monkeypatch):
    monkeypatch.setattr(launcher, "FIRST_PORT", taken)
    held = launcher.hold_port(HOST, explicit=None)
    assert taken < held.port < taken + launcher.PORTS_TRIED
    release(held)


@pytest.mark.skipif(sys.platform != "linux", reason="names without a file exist on Linux alone")
def test_two_starts_at_once_never_share_a_port(free):
    first = launcher.hold_port(HOST, explicit=free)
    with pytest.raises(launcher.PortTaken):
        launcher.hold_port(HOST, explicit=free)
    release(first)
    release(launcher.hold_port(HOST, explicit=free))


def test_a_port_is_free_again_right_after_its_connections_closed(free):
    with socket.create_server((HOST, free)) as server, socket.create_connection((HOST, free)):
        server.accept()[0].close()  # the side that closes first keeps TIME_WAIT
    release(launcher.hold_port(HOST, explicit=free))


@pytest.mark.parametrize("given", ["0", "65536", "eight thousand", "-1", "8000 "])
def test_a_port_that_is_no_port_is_refused(monkeypatch, given):
    monkeypatch.setenv("PORT", given)
    with pytest.raises(config.WrongSetting, match="PORT must be"):
        launcher.explicit_port()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("::", "http://[::1]:8000"),
    ],
)
def test_the_address_can_be_typed_into_a_browser(host, expected):
    assert launcher.address(host, 8000) == expected


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"HOST": "0.0.0.0"}, "DEMO_ON_NETWORK=1"),
        ({"HOST": "no.such.host.invalid", "DEMO_ON_NETWORK": "1"}, "no address of this machine"),
        ({"HOST": "192.0.2.1", "DEMO_ON_NETWORK": "1"}, "cannot listen on 192.0.2.1"),
        ({"MODE": "production", "SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"MODE": "holiday"}, "MODE must be"),
        ({"PORT": "99999"}, "PORT must be"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_starts(tmp_path, settings, reason):
    environment = {**os.environ, "CRM_DATA": str(tmp_path / "data"), **settings}
    done = subprocess.run(
        [sys.executable, "-m", "crm.launcher"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 1
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
    assert "starting" not in done.stdout
