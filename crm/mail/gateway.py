"""The only door to SendGrid. One call for one message; what the answer means stands in answers.py.

We build the body ourselves and use only the library's client: its Mail class reorders recipients and checks none of the limits.
"""

import contextlib
import http.client
import json
import logging
import socket
import ssl
import urllib.error
import urllib.request
from typing import Any, Protocol
from urllib.parse import urlsplit

import python_http_client
from python_http_client.exceptions import HTTPError

from crm.core import settings
from crm.core.clock import now
from crm.mail import answers, outbox
from crm.mail.answers import Result

# At DEBUG the library logs the key and the whole message.
logging.getLogger("python_http_client").setLevel(logging.WARNING)


class Transport(Protocol):
    """What takes a message: SendGrid, or the local outbox where no key is set."""

    def send(self, payload: dict[str, Any], *, reference: str, attempt: int) -> Result: ...


class UnsafeHost(ValueError):
    """SENDGRID_HOST would carry the key unencrypted over a network."""


def transport() -> Transport:
    """The transport that the settings name."""
    if settings.get("MAIL_TRANSPORT") == "outbox":
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

    def _make_request(self, _opener: Any, request: urllib.request.Request, timeout: float | None = None) -> Any:
        return super()._make_request(urllib.request.build_opener(_NoRedirects), request, timeout=timeout)


class SendGrid:
    """SendGrid's v3 API over HTTPS. A new client for each call: the library keeps headers between calls."""

    def __init__(self, key: str, host: str, *, timeout: float) -> None:
        parts = urlsplit(host)
        if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "::1", "localhost"}:
            raise UnsafeHost(host)
        self.key, self.host, self.timeout = key, host.rstrip("/"), timeout

    def send(self, payload: dict[str, Any], *, reference: str, attempt: int) -> Result:
        from sendgrid import SendGridAPIClient  # noqa: PLC0415 - loaded by who needs it: 10 MB of every process otherwise

        made = SendGridAPIClient(self.key, host=self.host)
        client: Any = _Client(host=self.host, request_headers=dict(made._default_headers), version=3, timeout=self.timeout)
        try:
            response = client.mail.send.post(request_body=payload)
        except HTTPError as error:
            return _of_answer(error.status_code, error.headers, error.body, attempt)
        except urllib.error.URLError as error:
            return _of_failure(error.reason, attempt)
        except (OSError, http.client.HTTPException) as error:
            return _of_failure(error, attempt)
        return _of_answer(response.status_code, response.headers, response.body, attempt)


def _of_answer(status: int, headers: Any, body: bytes | str | None, attempt: int) -> Result:
    return answers.of_status(int(status), headers or {}, detail=_detail(body), attempt=attempt, now=now())


def _of_failure(reason: Any, attempt: int) -> Result:
    if isinstance(reason, ConnectionRefusedError | socket.gaierror | ssl.SSLCertVerificationError):
        return answers.never_reached(attempt=attempt, now=now())
    return answers.lost("timeout" if isinstance(reason, TimeoutError) else "connection-lost")


def _detail(body: bytes | str | None) -> str:
    """SendGrid's own words for a refusal, for the person who has to mend it."""
    with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
        errors = json.loads(body or "{}")["errors"]
        return "; ".join(f"{each.get('field') or ''} {each['message']}".strip() for each in errors)[:400]
    return ""
