"""The only door to SendGrid: a call for one message or for a thousand people. What an answer means stands in answers.py.

We build the body ourselves and use only the library's client: its Mail class reorders recipients and checks none of the limits.
"""

import contextlib
import functools
import http.client
import json
import logging
import socket
import ssl
import urllib.error
import urllib.request
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

import python_http_client
from python_http_client.exceptions import HTTPError

from crm.core import settings
from crm.core.clock import now
from crm.mail import answers, outbox
from crm.mail.answers import Result
from crm.mail.payload import Body

# At DEBUG the library logs the key and the whole message.
logging.getLogger("python_http_client").setLevel(logging.WARNING)


LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Transport(Protocol):
    """What takes a call: SendGrid, or the local outbox where no key is set and in the demo."""

    def send(self, payload: dict[str, Any] | Body, *, reference: str, attempt: int, office_id: int | None = None) -> Result:
        """Hand over the call. `reference` is our own mark of it; the office is the one that may look at it in the outbox."""
        ...

    def new_hold(self) -> str | None:
        """A number under which a call that is to go out later can be taken back. None when there is none to be had now."""
        ...

    def take_back(self, hold: str) -> bool | None:
        """Stop what was handed over under this number. True: it surely does not go out. False: that was refused. None: nobody knows."""
        ...

    def is_taken_back(self, hold: str) -> bool | None:
        """Whether an earlier `take_back` of this number came to something, when its answer was lost."""
        ...


class UnsafeHost(ValueError):
    """SENDGRID_HOST would carry the key unencrypted over a network."""


class Unanswered(Exception):
    """A question to SendGrid got no answer; the text says why in a word or two, and nothing secret."""


def is_local() -> bool:
    """Whether mail stays on this machine: the outbox is set, or this is the demo and the mail service is no test on the same machine."""
    if settings.get("MAIL_TRANSPORT") == "outbox":
        return True
    return settings.get("MODE") == "demo" and urlsplit(settings.get("SENDGRID_HOST")).hostname not in LOOPBACK


def transport() -> Transport:
    """The transport that the settings name."""
    if is_local():
        return outbox.Outbox()
    return SendGrid(settings.get("SENDGRID_API_KEY"), settings.get("SENDGRID_HOST"), timeout=settings.get("SENDGRID_TIMEOUT"))


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would turn the POST into a GET to another host, with the key, and bring back its 202 as ours."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


_Base: Any = python_http_client.Client  # its attributes are made up by __getattr__, which no checker can follow


class _Client(_Base):
    """The library's client, with a timeout that its children keep and an opener that follows nothing."""

    def _build_client(self, name: str | None = None) -> "_Client":
        path = [*self._url_path, name] if name else self._url_path
        return _Client(
            self.host, request_headers=dict(self.request_headers), version=self._version, url_path=path, timeout=self.timeout
        )

    def _make_request(self, _theirs: Any, request: urllib.request.Request, timeout: float | None = None) -> Any:
        return super()._make_request(_opener(), request, timeout=timeout)


@functools.cache
def _opener() -> urllib.request.OpenerDirector:
    """One a process: each new one reads the certificates of all authorities anew, which costs more than handing over a thousand people.

    It keeps nothing between calls, and threads may share it.
    """
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return urllib.request.build_opener(_NoRedirects, urllib.request.HTTPSHandler(context=context))


class SendGrid:
    """SendGrid's v3 API over HTTPS. A new client for each call: the library keeps headers between calls."""

    def __init__(self, key: str, host: str, *, timeout: float) -> None:
        parts = urlsplit(host)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise UnsafeHost(host)
        self.key, self.host, self.timeout = key, host.rstrip("/"), timeout
        _opener()  # by who makes the transport: else a dozen threads do at once what one does for all

    def send(self, payload: dict[str, Any] | Body, *, reference: str, attempt: int, office_id: int | None = None) -> Result:
        try:
            response = self._client(payload).mail.send.post(request_body=payload)
        except HTTPError as error:
            return _of_answer(error.status_code, error.headers, error.body, attempt)
        except urllib.error.URLError as error:
            return _of_failure(error.reason, attempt)
        except (OSError, http.client.HTTPException) as error:
            return _of_failure(error, attempt)
        return _of_answer(response.status_code, response.headers, response.body, attempt)

    def new_hold(self) -> str | None:
        with contextlib.suppress(*_FAILURES):
            response = self._client(None).mail.batch.post()
            if response.status_code == 201:
                return str(json.loads(response.body)["batch_id"])[:100]
        return None

    def take_back(self, hold: str) -> bool | None:
        """What stands taken back already, because an earlier answer was lost, is refused with 400: so ask what stands."""
        asked = {"batch_id": hold, "status": "cancel"}
        is_refused = False
        try:
            if self._client(asked).user.scheduled_sends.post(request_body=asked).status_code == 201:
                return True
        except HTTPError as error:
            is_refused = 400 <= int(error.status_code) < 500 and int(error.status_code) != 408
        except _FAILURES:
            pass
        stands = self.is_taken_back(hold)
        return None if stands is False and not is_refused else stands

    def is_taken_back(self, hold: str) -> bool | None:
        try:
            told = self.get(f"user/scheduled_sends/{quote(hold, safe='')}")
        except Unanswered as refused:
            return False if str(refused) == "status 404" else None
        if not isinstance(told, list):
            return None
        return any(isinstance(one, dict) and one.get("batch_id") == hold and one.get("status") == "cancel" for one in told)

    def get(self, path: str, **query: Any) -> Any:
        """What SendGrid answers to a question, as JSON. Raises Unanswered."""
        return self._ask("get", path, query_params=query)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Tell SendGrid something that is no mail. Raises Unanswered."""
        return self._ask("post", path, request_body=body)

    def delete(self, path: str) -> None:
        """Have SendGrid forget something; what it does not know is forgotten already. Raises Unanswered."""
        try:
            self._ask("delete", path)
        except Unanswered as refused:
            if str(refused) != "status 404":
                raise

    def _ask(self, method: str, path: str, **given: Any) -> Any:
        try:
            response = getattr(self._client(given.get("request_body"))._(path), method)(**given)
            return json.loads(response.body or b"null")
        except HTTPError as error:
            raise Unanswered(f"status {error.status_code}") from None  # its text may hold headers, and those the key
        except _FAILURES as error:
            raise Unanswered(type(error).__name__) from None

    def _client(self, body: dict[str, Any] | Body | None) -> Any:
        from sendgrid import SendGridAPIClient  # noqa: PLC0415 - loaded by who needs it: 10 MB of every process otherwise

        headers = dict(SendGridAPIClient(self.key, host=self.host)._default_headers)
        if isinstance(body, Body):
            headers["Content-Type"] = "application/json; charset=utf-8"  # else the library encodes the body once more
        return _Client(host=self.host, request_headers=headers, version=3, timeout=self.timeout)


_FAILURES = (HTTPError, urllib.error.URLError, OSError, http.client.HTTPException, ValueError, KeyError, TypeError)


def _of_answer(status: int, headers: Any, body: bytes | str | None, attempt: int) -> Result:
    errors = _errors(body)
    detail = "; ".join(f"{field} {message}".strip() for field, message in errors)[:400]
    return answers.of_status(int(status), headers or {}, detail=detail, attempt=attempt, now=now(), errors=errors)


def _of_failure(reason: Any, attempt: int) -> Result:
    if isinstance(reason, ConnectionRefusedError | socket.gaierror | ssl.SSLCertVerificationError):
        return answers.never_reached(attempt=attempt, now=now())
    return answers.lost("timeout" if isinstance(reason, TimeoutError) else "connection-lost")


def _errors(body: bytes | str | None) -> tuple[tuple[str, str], ...]:
    """SendGrid's own words for a refusal with the fields it names, for the person who has to mend it."""
    with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
        told = json.loads(body or "{}")["errors"][:50]
        return tuple((str(each.get("field") or "")[:200], str(each["message"])[:400]) for each in told)
    return ()
