"""A SendGrid on loopback that does what it is told: real sockets, one thread a connection, a count of what it accepted."""

import itertools
import json
import socket
import threading
import time
from collections import Counter

ACCEPT = b"HTTP/1.1 202 Accepted\r\nX-Message-Id: fake%d\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def answer(status, body=b"", **headers):
    lines = [f"HTTP/1.1 {status} Told", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "Connection: close", "", ""]).encode() + body


class SendGridServer:
    """`behave` is a function from the number of the call to 'accept', 'drop', 'hang', 'reset' or the bytes of an answer."""

    def __init__(self, behave="accept"):
        self.behaviour = behave
        self.calls = []
        self.accepted = Counter()
        self.numbers = itertools.count(1)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.host = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.stopping = threading.Event()
        self.threads = []
        self.acceptor = threading.Thread(target=self._run, daemon=True)
        self.acceptor.start()

    def _run(self):
        while True:
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _serve(self, connection):
        with connection, connection.makefile("rb") as source:
            line = source.readline().decode()
            headers = {}
            while (each := source.readline()) not in (b"\r\n", b""):
                name, _, value = each.decode().partition(":")
                headers[name.lower()] = value.strip()
            body = source.read(int(headers.get("content-length", 0)))
            self.calls.append((line.split()[0], line.split()[1], headers, json.loads(body or b"null")))
            self._answer(connection, self.behaviour, self.calls[-1][3])

    def _answer(self, connection, told, payload):
        if told in ("accept", "drop", "hang"):
            self.accepted[payload["personalizations"][0]["custom_args"]["c_rid"]] += 1
        if told == "accept":
            connection.sendall(ACCEPT % next(self.numbers))
        elif told == "hang":
            self.stopping.wait(30)
        elif isinstance(told, bytes):
            connection.sendall(told)
        time.sleep(0)

    def close(self):
        self.stopping.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.acceptor.join(5)
        for thread in self.threads:
            thread.join(5)
