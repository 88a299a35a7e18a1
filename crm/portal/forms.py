"""The sign-up form as strangers send it, from our page or from the office's web site: no session, no token of ours, so read by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer

from crm.bulletins.agreement import VERSION
from crm.core.clock import now
from crm.core.forms import is_storable
from crm.core.text import one_line
from crm.mail.addresses import is_address, normal

QUICKEST = 3  # seconds: nobody reads and fills in the form in less; there is no slowest
LANGUAGES = ("id", "en")


@dataclass
class SignUpAnswer:
    """What was sent. `errors` maps the name of a field to a sentence."""

    email: str = ""
    name: str = ""
    slugs: list[str] = field(default_factory=list)
    agrees: bool = False
    allows_clicks: bool = False
    language: str = ""
    stamp: str = ""
    is_trapped: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, sent: Any, language: str) -> "SignUpAnswer":
        asked = sent.get("language", "")
        return cls(
            email=normal(_line(sent, "email", 254)),
            name=_line(sent, "name", 150),
            slugs=list(dict.fromkeys(sent.getlist("bulletins")))[:20],
            agrees=sent.get("consent") == VERSION,
            allows_clicks=bool(sent.get("clicks")),
            language=asked if asked in LANGUAGES else language,
            stamp=sent.get("stamp", ""),
            is_trapped=bool(sent.get("website")),
        )

    def check(self) -> bool:
        """Whether it can be taken; else `errors` say why not, in the order of the page."""
        if not self.email:
            self.errors["email"] = _("Write your e-mail address.")
        elif not is_address(self.email):
            self.errors["email"] = _("This is no e-mail address. Write it like nama@contoh.id.")
        if not self.slugs:
            self.errors["bulletins"] = _("Choose at least one bulletin.")
        if not self.agrees:
            self.errors["consent"] = _("Without your consent we may not send anything. Tick the box if you agree.")
        if not self.errors and was_too_quick(self.stamp):
            self.errors["quick"] = _("That was very quick. Press the button once more.")
        return not self.errors


def _line(sent: Mapping[str, str], name: str, longest: int) -> str:
    given = sent.get(name, "")
    return one_line(given)[:longest] if is_storable(given) else ""


def stamp() -> str:
    """When the page was drawn, in a form that a program cannot make up."""
    return _signer().dumps(int(now().timestamp()))


def kept(given: str) -> str:
    """The stamp that was sent, so that who is told to press once more need not wait again; a fresh one instead of one that is none."""
    return given if _drawn_at(given) else stamp()


def was_too_quick(given: str) -> bool:
    """A form of another site has no stamp: there only the limits hold."""
    if not given:
        return False
    drawn = _drawn_at(given)
    return drawn is None or now().timestamp() - drawn < QUICKEST


def _drawn_at(given: str) -> int | None:
    try:
        return int(_signer().loads(given))
    except (BadData, TypeError, ValueError):
        return None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt="portal-sign-up")
