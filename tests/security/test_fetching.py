"""SS-01 to SS-04: addresses from outside are judged before we connect, at every hop, and fetched within limits."""

import gzip
import socket
import ssl
import subprocess
import threading
import time
import zlib

import pytest

from crm.core import destinations, fetching
from crm.core.destinations import Refused
from crm.core.fetching import Limits, NotFetched
from tests.security.fetching_server import by_path, endless, leads_to, says, serving

QUICK = Limits(bytes_=200_000, seconds=3, seconds_a_read=1)


def no_name(host: str) -> list[str]:
    raise AssertionError(f"{host} was looked up")


def get(url, *, also=(), resolve=no_name, limits=QUICK, **asked):
    return fetching.fetch(url, limits=limits, resolve=resolve, also=frozenset(also), **asked)


LITERALS = """
http://127.0.0.1/ http://127.0.0.1:443/ http://0177.0.0.1/ http://0x7f000001/ http://0x7f.0.0.1/ http://2130706433/ http://127.1/ http://127.0.1/
http://0/ http://0.0.0.0/ http://127.0.0.1./ http://017700000001/ http://0127.0.0.1/ http://127.000.000.001/ http://1.2.3.4.5/ http://1.2.3.999/
http://0x/ http://foo.0x7f/ http://169.254.169.254/latest/meta-data/ http://10.0.0.1/ http://172.16.0.1/ http://172.31.255.255/ http://192.168.1.1/
http://100.64.0.1/ http://198.18.0.1/ http://192.0.2.1/ http://224.0.0.1/ http://240.0.0.1/ http://255.255.255.255/ http://[::1]/ http://[::]/
http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/ http://[::127.0.0.1]/ http://[::ffff:8.8.8.8]/ http://[fe80::1]/ http://[fe80::1%25eth0]/
http://[fc00::1]/ http://[fd00:ec2::254]/ http://[fec0::1]/ http://[ff02::1]/ http://[64:ff9b::7f00:1]/ http://[64:ff9b:1::1]/ http://[2002:7f00:1::]/
http://[2001::1]/ http://[2001:db8::1]/ http://[::1]:80/ http://ok@127.0.0.1/ http://ok:pw@127.0.0.1/ http://example.org@127.0.0.1/
http://example.org:80@127.0.0.1/ http://127.0.0.1#@example.org/ http://127.0.0.1?@example.org/ http://127.0.0.1\\@example.org/ http://１２７.０.０.１/
http://①②⑦.⓪.⓪.①/ http://127。0。0。1/ http://%31%32%37.0.0.1/ http://127.0.0.1%2f@example.org/ file:///etc/passwd file://localhost/etc/passwd
gopher://127.0.0.1:6379/_INFO ftp://127.0.0.1/ dict://127.0.0.1:11211/ javascript:alert(1) data:text/html,x //127.0.0.1/ 127.0.0.1 http:///x http://
http://[::1 http://[127.0.0.1]/ http://127.0.0.1:99999/ http://127.0.0.1:x/
""".split()


@pytest.mark.parametrize("url", LITERALS)
def test_ss_01_an_address_that_is_not_public_is_refused_as_it_is_written(url):
    with pytest.raises(Refused):
        destinations.check(url, resolve=no_name)
    with pytest.raises(NotFetched):
        get(url)


@pytest.mark.parametrize(
    "url", ["http://a b/", "http://exa\tmple.org/", "http://example.org/\r\nX: y", " http://127.0.0.1/", "http://x/\x00"]
)
def test_ss_01_blanks_and_control_characters_are_refused(url):
    with pytest.raises(Refused):
        destinations.check(url, resolve=no_name)


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["93.184.215.14", "10.1.2.3"],
        ["::1"],
        ["::ffff:10.0.0.1"],
        ["169.254.169.254"],
        ["fe80::1%eth0"],
        [],
    ],
    ids=str,
)
def test_ss_01_a_name_that_leads_inside_is_refused_even_by_one_of_its_addresses(found):
    with pytest.raises(Refused):
        destinations.check("http://intranet.example/", resolve=lambda _host: found)


def test_ss_01_localhost_is_a_name_that_leads_inside():
    with pytest.raises(NotFetched):
        fetching.fetch("http://localhost/", limits=QUICK, also=frozenset())


@pytest.mark.parametrize("port", [22, 25, 6379, 8000, 8080, 5432])
def test_ss_01_only_ports_of_the_web_are_gone_to(port):
    with pytest.raises(Refused):
        destinations.check(f"http://example.org:{port}/", resolve=lambda _host: ["93.184.215.14"])


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("HTTP://Example.ORG", ("http", "example.org", 80, "/")),
        ("https://example.org:443/a b".replace(" ", "%20"), ("https", "example.org", 443, "/a%20b")),
        ("https://imigrasi.go.id/berita/é?x=ü&y=1#z", ("https", "imigrasi.go.id", 443, "/berita/%C3%A9?x=%C3%BC&y=1")),
        ("https://bücher.example/", ("https", "xn--bcher-kva.example", 443, "/")),
    ],
)
def test_a_public_address_is_taken_apart_with_the_addresses_that_were_checked(url, where):
    found = destinations.check(url, resolve=lambda _host: ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
    assert (found.scheme, found.host, found.port, found.path) == where
    assert found.addresses == ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c")


def test_ss_01_nothing_connects_to_a_refused_address_and_open_and_closed_ports_look_the_same():
    with serving(says(b"secret")) as server, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        failures = []
        for port in (server.port, closed.getsockname()[1]):
            with pytest.raises(NotFetched) as failed:
                get(f"http://127.0.0.1:{port}/")
            failures.append((str(failed.value), failed.value.args, failed.value.__cause__))
        assert failures[0] == failures[1]
        assert server.heads == []


def test_what_a_setting_lets_through_is_fetched_with_one_clean_request():
    with serving(says(b"<p>halo", "X-Note: 1")) as server:
        found = get(server.url("/berita?x=1"), also=[server.address], accept="text/html")
    assert (found.status, found.media_type, found.body, found.url) == (200, "text/html", b"<p>halo", server.url("/berita?x=1"))
    head = server.heads[0].lower()
    assert head.startswith("get /berita?x=1 http/1.1\r\n")
    assert "cookie" not in head
    assert "authorization" not in head


def test_a_closed_port_is_not_fetched_when_it_is_let_through():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(NotFetched):
            get(f"http://127.0.0.1:{closed.getsockname()[1]}/", also=[("127.0.0.1", closed.getsockname()[1])])


@pytest.mark.parametrize(
    "inside",
    [
        "http://127.0.0.1:1/",
        "http://169.254.169.254/",
        "http://[::1]/",
        "file:///etc/passwd",
        "//10.0.0.1/",
        "http://ok@127.0.0.1/",
    ],
)
def test_ss_02_a_redirect_inside_is_refused(inside):
    with serving(leads_to(inside)) as server, pytest.raises(NotFetched):
        get(server.url(), also=[server.address])
    assert len(server.heads) == 1


def test_ss_02_a_redirect_is_judged_by_the_name_it_leads_to():
    asked = []
    with serving(leads_to("http://harmless.example/admin")) as server, pytest.raises(NotFetched):
        get(server.url(), also=[server.address], resolve=lambda host: asked.append(host) or ["10.0.0.7"])
    assert asked == ["harmless.example"]


def test_ss_02_five_redirects_are_followed_and_ten_are_not():
    pages = {f"/{n}": leads_to(f"/{n - 1}") for n in range(1, 11)} | {"/0": says(b"there")}
    with serving(by_path(pages)) as server:
        assert get(server.url("/5"), also=[server.address]).body == b"there"
        with pytest.raises(NotFetched):
            get(server.url("/10"), also=[server.address])
    assert len(server.heads) == 6 + 6


def test_ss_02_a_redirect_to_itself_ends():
    with serving(leads_to("/")) as server, pytest.raises(NotFetched):
        get(server.url(), also=[server.address])


def test_ss_02_a_name_that_changes_its_mind_after_the_check_gains_nothing():
    """DNS rebinding: the name is asked once, and the connection goes to what was judged."""
    answers = [["127.0.0.1"], ["169.254.169.254"]]
    with serving(says(b"first")) as server:
        found = get(f"http://rebind.example:{server.port}/", also=[server.address], resolve=lambda _host: answers.pop(0))
    assert found.body == b"first"
    assert answers == [["169.254.169.254"]]
    assert f"host: rebind.example:{server.port}" in server.heads[0].lower()


def test_ss_02_a_name_is_looked_up_and_judged_anew_at_each_hop():
    answers = [["127.0.0.1"], ["169.254.169.254"]]
    with serving(leads_to("/again")) as server, pytest.raises(NotFetched):
        get(f"http://rebind.example:{server.port}/", also=[server.address], resolve=lambda _host: answers.pop(0))
    assert answers == []
    assert len(server.heads) == 1


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        says(b"x" * 200_001),
        lambda connection, _head: connection.sendall(HEAD + b"Content-Length: 1073741824\r\n\r\nx"),
        endless(HEAD + b"\r\n", b"x" * 65536),
        endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"ffff\r\n" + b"x" * 0xFFFF + b"\r\n"),
        endless(HEAD, b"X-More: " + b"x" * 60_000 + b"\r\n"),
        endless(b"", b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"),
        endless(HEAD + b"X: ", b"x" * 65536),
        says(gzip.compress(b"\0" * 100_000_000), "Content-Encoding: gzip"),
        says(zlib.compress(b"\0" * 100_000_000), "Content-Encoding: deflate"),
        says(gzip.compress(b"x"), "Content-Encoding: gzip, gzip"),
        says(b"x", "Content-Encoding: br"),
        says(b"not packed at all", "Content-Encoding: gzip"),
        says(b"\xff\xff\xff", "Content-Encoding: deflate"),
        lambda connection, _head: connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n"),
        lambda connection, _head: None,
        lambda connection, _head: connection.sendall(HEAD + b"Content-Length: -5\r\n\r\n" + b"x" * 300_000),
        lambda connection, _head: connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
    ],
    ids="large announced endless chunks headers continues header gzip deflate twice br no-gzip no-deflate ssh silent negative no-chunk".split(),
)
def test_ss_03_too_much_and_broken_answers_end_within_the_time(answer):
    begun = time.monotonic()
    with serving(answer) as server, pytest.raises(NotFetched):
        get(server.url(), also=[server.address])
    assert time.monotonic() - begun < 6


@pytest.mark.parametrize("beginning", [HEAD + b"\r\n", HEAD, b"", b"H"], ids=["body", "headers", "start", "status"])
def test_ss_03_a_byte_at_a_time_is_stopped_by_the_clock(beginning):
    begun = time.monotonic()
    with serving(endless(beginning, b"x", 0.1)) as server, pytest.raises(NotFetched):
        get(server.url(), also=[server.address], limits=Limits(seconds=1, seconds_a_read=0.5))
    assert 0.9 < time.monotonic() - begun < 4


def test_ss_03_silence_is_stopped_by_the_limit_of_a_read():
    begun = time.monotonic()
    with serving(lambda _connection, _head: time.sleep(8)) as server, pytest.raises(NotFetched):
        get(server.url(), also=[server.address], limits=Limits(seconds=20, seconds_a_read=0.5))
    assert time.monotonic() - begun < 4


def test_ss_03_a_resolver_that_hangs_is_left_behind():
    begun = time.monotonic()
    with pytest.raises(NotFetched):
        get("http://slow.example/", resolve=lambda _host: time.sleep(8) or [], limits=Limits(seconds=0.5))
    assert time.monotonic() - begun < 4


def test_ss_03_a_bomb_of_a_gigabyte_costs_no_memory():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(1000)) + packer.flush()
    assert len(bomb) < 1_200_000
    unpack = fetching._unpacking("gzip")
    room = 200_001
    assert len(unpack(bomb, room)) == room


@pytest.mark.parametrize(
    ("packed", "coding"),
    [
        (gzip.compress(b"halo" * 1000, mtime=0), "gzip"),
        (zlib.compress(b"halo" * 1000), "deflate"),
        (zlib.compress(b"halo" * 1000)[2:-4], "deflate"),
        (b"halo" * 1000, "identity"),
    ],
    ids=["gzip", "deflate", "bare deflate", "identity"],
)
def test_a_packed_answer_is_unpacked(packed, coding):
    with serving(says(packed, f"Content-Encoding: {coding}")) as server:
        assert get(server.url(), also=[server.address]).body == b"halo" * 1000


def test_an_error_page_is_an_answer_with_its_status():
    with serving(says(b"gone", status="410 Gone")) as server:
        found = get(server.url(), also=[server.address])
    assert (found.status, found.is_fine) == (410, False)


def test_an_answer_that_does_not_say_its_length_is_read_to_its_end():
    with serving(lambda connection, _head: connection.sendall(HEAD + b"\r\n" + b"x" * 100_000)) as server:
        assert len(get(server.url(), also=[server.address]).body) == 100_000


def test_who_wants_only_the_head_of_an_answer_is_not_kept_by_its_body():
    with serving(endless(HEAD + b"\r\n", b"x" * 65536)) as server:
        found = get(server.url(), also=[server.address], takes_body=False)
    assert (found.status, found.body) == (200, b"")


def test_a_head_request_reads_no_body():
    with serving(says(b"x" * 500)) as server:
        assert get(server.url(), also=[server.address], method="HEAD").body == b""
    assert server.heads[0].startswith("HEAD / ")


@pytest.fixture
def tls_server(tmp_path):
    """A server with a certificate for nobody we trust."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=site.example",
         "-addext", "subjectAltName=DNS:site.example", "-keyout", key, "-out", certificate], check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _peer = listening.accept()
                with context.wrap_socket(connection, server_side=True) as wrapped:
                    wrapped.recv(4096)
                    wrapped.sendall(HEAD + b"Content-Length: 2\r\n\r\nok")
            except ssl.SSLError:
                continue
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname(), certificate
    listening.close()


def test_tls_is_verified_for_the_name_though_the_address_is_pinned(tls_server, monkeypatch):
    address, certificate = tls_server
    asked = {"also": [address], "resolve": lambda _host: ["127.0.0.1"]}
    with pytest.raises(NotFetched):
        get(f"https://site.example:{address[1]}/", **asked)
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(fetching, "_tls", lambda: trusting)
    assert get(f"https://site.example:{address[1]}/", **asked).body == b"ok"
    with pytest.raises(NotFetched):
        get(f"https://other.example:{address[1]}/", **asked)
