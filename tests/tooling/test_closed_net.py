"""Tests can't reach other machines."""

import socket
import urllib.error
import urllib.request

import pytest

from tests import closed_net


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("8.8.8.8", 53), ("api.sendgrid.com", 443), ("0.0.0.0", 80)])
def test_a_connection_to_another_machine_is_refused(address):
    with socket.socket() as line, pytest.raises(closed_net.NetIsClosed):
        line.connect(address)


def test_the_libraries_are_held_too():
    with pytest.raises(urllib.error.URLError) as refused:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open("http://192.0.2.1/", timeout=2)
    assert isinstance(refused.value.reason, closed_net.NetIsClosed)


def test_this_machine_is_reached():
    with socket.create_server(("127.0.0.1", 0)) as door, socket.create_connection(door.getsockname(), timeout=2):
        assert closed_net.is_here("127.0.0.1")
        assert closed_net.is_here("::1")
        assert not closed_net.is_here("127.0.0.1.example")
