"""A SendGrid on loopback that does what it is told: real sockets, one thread a connection, a count of what it accepted.

It refuses what SendGrid refuses beyond its published schema (an address twice, more than a thousand), keeps what it accepted, and makes
the events that SendGrid would post, signed with a key of the tests.
"""

import base64
import itertools
import json
import random
import socket
import threading
import time
import uuid
from collections import Counter

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

ACCEPT = b"HTTP/1.1 202 Accepted\r\nX-Message-Id: fake%d\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
TAKING = {"accept", "drop", "hang", "accept-500", "accept-504", "no-id"}  # behaviours in which the mail goes out


def answer(status, body=b"", **headers):
    lines = [f"HTTP/1.1 {status} Told", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "Connection: close", "", ""]).encode() + body


def said(status, value):
    """An answer in JSON."""
    return answer(status, json.dumps(value).encode(), Content_Type="application/json")


def refusal(message, field=None, status=400):
    return said(status, {"errors": [{"message": message, "field": field, "help": None}]})


ANSWERS = {"accept": None, "accept-500": answer(500), "accept-504": answer(504), "no-id": answer(202)}


class SendGridServer:
    """`behave` is 'accept', 'drop', 'hang', 'reset', 'accept-500', 'no-id', the bytes of an answer, or a function from the payload to one."""

    def __init__(self, behave="accept", port=0):
        self.behaviour = behave
        self.calls = []  # (method, path, headers, body)
        self.accepted = Counter()  # by c_rid
        self.people = Counter()  # by address
        self.payloads = []  # accepted and not taken back
        self.holds, self.taken_back = set(), set()
        self.before_taking_back = self.after_taking_back = lambda: None  # what happens meanwhile; may say "refused" or "lost"
        self.suppressions = {}  # path below /v3 -> list of rows
        self.numbers = itertools.count(1)
        self.lock = threading.Lock()
        self.reported = 0
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.listener = socket.create_server(("127.0.0.1", port), backlog=200)
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
            self.threads = [each for each in self.threads if each.is_alive()] + [thread]
            thread.start()

    def _serve(self, connection):
        try:
            with connection, connection.makefile("rb") as source:
                line = source.readline().decode()
                headers = {}
                while (each := source.readline()) not in (b"\r\n", b""):
                    name, _, value = each.decode().partition(":")
                    headers[name.lower()] = value.strip()
                size = int(headers.get("content-length", 0))
                body = source.read(size)
                if not line or len(body) < size:
                    return  # whoever called was killed in the middle of it
                method, path = line.split()[:2]
                payload = json.loads(body or b"null")
                self.calls.append((method, path, headers, payload))
                if path == "/v3/mail/send":
                    self._mail(connection, payload)
                else:
                    connection.sendall(self._other(method, path, payload))
        except OSError:
            pass  # the other side went away

    def _mail(self, connection, payload):
        told = self.behaviour(payload) if callable(self.behaviour) else self.behaviour
        if told in TAKING:
            if (fault := fault_of(payload)) is not None:
                connection.sendall(fault)
                return
            self._take_in(payload)
        if told == "hang":
            self.stopping.wait(30)
        elif isinstance(told, bytes):
            connection.sendall(told)
        elif told in ANSWERS:
            connection.sendall(ANSWERS[told] or ACCEPT % next(self.numbers))
        time.sleep(0)

    def _take_in(self, payload):
        with self.lock:
            if payload.get("batch_id") in self.taken_back:
                return
            self.payloads.append(payload)
            for person in payload["personalizations"]:
                self.accepted[person["custom_args"]["c_rid"]] += 1
                self.people[person["to"][0]["email"]] += 1

    def _other(self, method, path, payload):
        path, _, query = path.removeprefix("/v3").partition("?")
        if (method, path) == ("POST", "/mail/batch"):
            hold = uuid.uuid4().hex
            self.holds.add(hold)
            return said(201, {"batch_id": hold})
        if (method, path) == ("POST", "/user/scheduled_sends"):
            return self._asked_back(payload)
        if method == "GET" and path.startswith("/user/scheduled_sends/"):
            hold = path.rpartition("/")[2]
            return said(200, [{"batch_id": hold, "status": "cancel"}] if hold in self.taken_back else [])
        if method == "GET" and path in self.suppressions:
            asked = dict(part.split("=") for part in query.split("&") if part)
            start = int(asked.get("offset", 0))
            rows = self.suppressions[path][start : start + int(asked.get("limit", 500))]
            return said(200, rows)
        return refusal("not found", status=404)

    def _asked_back(self, payload):
        """Once: what stands taken back already is refused. The answer may get lost on its way."""
        hold = payload["batch_id"]
        if hold not in self.holds:
            return refusal("invalid batch id", "batch_id")
        if hold in self.taken_back:
            return refusal("a status update already exists for this batch id", "batch_id")
        if self.before_taking_back() == "refused":
            return refusal("maximum number of cancellations reached")
        self._take_back(hold)
        return b"" if self.after_taking_back() == "lost" else said(201, payload)

    def _take_back(self, hold):
        with self.lock:
            self.taken_back.add(hold)
            for payload in [each for each in self.payloads if each.get("batch_id") == hold]:
                self.payloads.remove(payload)
                for person in payload["personalizations"]:
                    self.accepted[person["custom_args"]["c_rid"]] -= 1
                    self.people[person["to"][0]["email"]] -= 1

    def marks(self):
        """Marks of the accepted calls, as events bring them back."""
        with self.lock:
            return [payload["personalizations"][0]["custom_args"]["c_bid"] for payload in self.payloads]

    def new_events(self, kinds=("processed", "delivered")):
        """Events of what was accepted since this was asked last."""
        with self.lock:
            fresh, self.reported = self.payloads[self.reported :], len(self.payloads)
        return [event for payload in fresh for event in events_of(payload, kinds)]

    def signed(self, events, timestamp=None):
        """Body and headers of a POST of these events."""
        body = json.dumps(events).encode() + b"\r\n"
        moment = str(int(timestamp or time.time()))
        signature = self.key.sign(moment.encode() + body, ec.ECDSA(hashes.SHA256()))
        return body, {
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": moment,
        }

    def public_key(self):
        """The verification key as SendGrid's settings show it."""
        form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(self.key.public_key().public_bytes(*form)).decode()

    def close(self):
        self.stopping.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.acceptor.join(5)
        for thread in self.threads:
            thread.join(5)


def fault_of(payload):
    """The refusal of a call that the published schema allows and SendGrid does not take."""
    seen = set()
    for n, person in enumerate(payload["personalizations"]):
        email = person["to"][0]["email"].lower()
        if email in seen:
            words = "Each unique email address in the personalizations array should only be included once."
            return refusal(words, f"personalizations.{n}.to.0.email")
        seen.add(email)
        size = sum(len((key + value).encode()) for key, value in person.get("substitutions", {}).items())
        if size > 10_000:
            return refusal("substitutions are larger than 10000 bytes", f"personalizations.{n}.substitutions")
    return refusal("too many recipients", "personalizations") if len(seen) > 1000 else None


def events_of(payload, kinds=("processed", "delivered")):
    moment = int(time.time())
    made = []
    for n, person in enumerate(payload["personalizations"]):
        for kind in kinds:
            args = person.get("custom_args", {})
            made.append(
                {
                    "email": person["to"][0]["email"],
                    "timestamp": moment,
                    "event": kind,
                    "sg_event_id": f"{args.get('c_bid', '')[:18]}-{n}-{kind}",
                    "sg_message_id": f"fake.recvd-{n}",
                    **args,
                }
            )
    return made


def disorderly(events, seed=0, doubled=0.3):
    """As they come in life: in any order, some of them again."""
    rng = random.Random(seed)
    mixed = [*events, *(event for event in events if rng.random() < doubled)]
    rng.shuffle(mixed)
    return mixed
