"""Every setting of Mitra, read from the environment in one place."""

import ipaddress
import os
import secrets
from pathlib import Path

from dotenv import load_dotenv

ROOT = Path(__file__).resolve().parent
DEMO_SIGN_INS = "demo-sign-ins.txt"  # in the data folder; written by the demo, shown at a start, looked after by the doctor

load_dotenv(ROOT / ".env")


class WrongSetting(Exception):
    """A setting that Mitra refuses to start with; the text says which and how to mend it."""


def _whole(name: str, default: int) -> int:
    given = os.environ.get(name, "")
    try:
        return int(given) if given else default
    except ValueError:
        raise WrongSetting(f"{name} must be a whole number, not {given!r}.") from None


def _flag(name: str, default: bool = False) -> bool:
    given = os.environ.get(name, "").strip().lower()
    return default if not given else given in {"1", "true", "yes", "on", "ya"}


def _network_addresses(name: str) -> list[tuple[str, int]]:
    found = []
    for given in os.environ.get(name, "").replace(",", " ").split():
        host, _colon, port = given.rpartition(":")
        try:
            found.append((str(ipaddress.ip_address(host.strip("[]"))), int(port)))
        except ValueError:
            raise WrongSetting(f"{name} must hold addresses with a port, as 10.1.2.3:80, not {given!r}.") from None
    return found


def _database_url(folder: Path) -> str:
    given = os.environ.get("DATABASE_URL", "").strip()
    if not given:
        return f"sqlite:///{folder / 'mitra.db'}"
    for prefix in ("postgres://", "postgresql://"):  # SQLAlchemy knows neither short form's driver in every version
        if given.startswith(prefix):
            return "postgresql+psycopg://" + given.removeprefix(prefix)
    return given


def _secret_key(folder: Path, mode: str) -> str:
    """The key from the environment; in demo mode one is made once and kept beside the data."""
    given = os.environ.get("SECRET_KEY", "")
    if given or mode == "production":
        return given
    place = folder / "secret-key.txt"
    if not place.exists():
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_urlsafe(48))
    return place.read_text().strip()


def read() -> dict[str, object]:
    """Read all settings. Raises WrongSetting for one that can't be right."""
    mode = os.environ.get("MODE", "demo").strip().lower()
    if mode not in {"demo", "production", "development"}:
        raise WrongSetting(f"MODE must be demo, development or production, not {mode!r}.")
    folder = Path(os.environ.get("CRM_DATA") or ROOT / "instance").resolve()
    host, port = os.environ.get("HOST", "127.0.0.1"), _whole("PORT", 8000)
    base = os.environ.get("PUBLIC_BASE_URL", "").strip().rstrip("/") or f"http://{host}:{port}"
    return {
        "MODE": mode,
        "CRM_DATA": str(folder),
        "HOST": host,
        "PORT": port,
        "PUBLIC_BASE_URL": base,
        "TRUSTED_HOSTS_EXTRA": [h for h in os.environ.get("TRUSTED_HOSTS", "").replace(",", " ").split() if h],
        "PROXY_HOPS": _whole("PROXY_HOPS", 0),
        "DEMO_ON_NETWORK": _flag("DEMO_ON_NETWORK"),
        "SECRET_KEY": _secret_key(folder, mode),
        "SECRET_KEY_FALLBACKS": [k for k in os.environ.get("SECRET_KEY_FALLBACKS", "").split() if k],
        "ADDRESS_KEY": os.environ.get("ADDRESS_KEY", ""),  # of the suppression list's hashes; earlier ones after a blank
        "EMBED_ANCESTORS": " ".join(os.environ.get("EMBED_ANCESTORS", "").replace(",", " ").split()) or "'self'",
        "SQLALCHEMY_DATABASE_URI": _database_url(folder),
        "QUEUE_URL": os.environ.get("QUEUE_URL", ""),  # empty: SqliteHuey in the data folder; postgres://... or redis://...
        "JOBS_WAIT": False,  # True where no engine runs (tests, a restored copy): jobs wait in the outbox for whoever runs them
        "DEFAULT_LANGUAGE": os.environ.get("DEFAULT_LANGUAGE", "id"),
        "DEFAULT_TIMEZONE": os.environ.get("DEFAULT_TIMEZONE", "Asia/Jakarta"),
        # mail
        "SENDGRID_API_KEY": os.environ.get("SENDGRID_API_KEY", ""),
        "SENDGRID_HOST": os.environ.get("SENDGRID_HOST", "https://api.sendgrid.com"),
        "SENDGRID_TIMEOUT": _whole("SENDGRID_TIMEOUT", 30),
        "MAIL_TRANSPORT": os.environ.get("MAIL_TRANSPORT", "sendgrid" if os.environ.get("SENDGRID_API_KEY") else "outbox"),
        # What SendGrid posts to us: its public keys (several while one is renewed), the secret part of the address for inbound mail, and the
        # domain whose mail arrives there.
        "SENDGRID_WEBHOOK_KEY": os.environ.get("SENDGRID_WEBHOOK_KEY", ""),
        "INBOUND_SECRET": os.environ.get("INBOUND_SECRET", ""),
        "INBOUND_DOMAIN": os.environ.get("INBOUND_DOMAIN", "").strip().lower(),
        "INBOUND_WEBHOOK_KEY": os.environ.get("INBOUND_WEBHOOK_KEY", ""),
        # Addresses on this machine or the inner network that the site of the office may be read from, as 10.1.2.3:80.
        "FETCH_ALSO": _network_addresses("FETCH_ALSO"),
        "MAX_EVENT_POST_BYTES": 4 * 1024 * 1024,
        "MAX_INBOUND_BYTES": 35 * 1024 * 1024,
        "SEND_BATCH": _whole(
            "SEND_BATCH", 1000
        ),  # people in a call: at most 1,000; with fewer, fewer are in doubt when a call breaks off
        "SEND_CALLS": _whole("SEND_CALLS", 8),  # calls under way at a time, in each worker
        "DOUBT_SECONDS": _whole("DOUBT_MINUTES", 30)
        * 60,  # without any sign of a call, while others are heard of: it was not sent
        "OUTAGE_SECONDS": 150,  # a worker that was away for longer may have missed what SendGrid told
        "MAIL_FROM": os.environ.get("MAIL_FROM", "humas@kanim-sagaramaya.example"),
        "MAIL_FROM_NAME": os.environ.get("MAIL_FROM_NAME", "Humas"),
        # sessions (security.md AU-07)
        "SESSION_IDLE_MINUTES": _whole("SESSION_IDLE_MINUTES", 30),
        "SESSION_ABSOLUTE_HOURS": _whole("SESSION_ABSOLUTE_HOURS", 12),
        "RESET_LINK_MINUTES": _whole("RESET_LINK_MINUTES", 60),
        "INVITATION_DAYS": _whole("INVITATION_DAYS", 2),
        # sign-in throttle: tries in the window, per account and per address
        "SIGN_IN_TRIES": _whole("SIGN_IN_TRIES", 10),
        "SIGN_IN_TRIES_ADDRESS": _whole("SIGN_IN_TRIES_ADDRESS", 50),
        "SIGN_IN_WINDOW_MINUTES": _whole("SIGN_IN_WINDOW_MINUTES", 15),
        # sign-up for bulletins on the public page, requests in an hour: of one network address, of those beside it, to one office
        # (as far as they are not confirmed), and in all
        "SIGN_UPS_ADDRESS_HOUR": _whole("SIGN_UPS_ADDRESS_HOUR", 20),
        "SIGN_UPS_NEIGHBOURS_HOUR": _whole("SIGN_UPS_NEIGHBOURS_HOUR", 60),
        "SIGN_UPS_OFFICE_HOUR": _whole("SIGN_UPS_OFFICE_HOUR", 300),
        "SIGN_UPS_HOUR": _whole("SIGN_UPS_HOUR", 3000),
        # contact rhythm: tier -> days
        "TIER_DAYS": {1: _whole("TIER_1_DAYS", 30), 2: _whole("TIER_2_DAYS", 91), 3: _whole("TIER_3_DAYS", 365)},
        # minutes between "send" and the first call, unless somebody chooses others: also after an approver's yes
        "HOLD_MINUTES": _whole("HOLD_MINUTES", 10),
        # bulk mail a person may get in so many days from all offices together, by kind of campaign; who had more is left out
        "FATIGUE_DAYS": _whole("FATIGUE_DAYS", 30),
        "FATIGUE_LIMITS": {
            "bulletin": _whole("FATIGUE_BULLETINS", 8),
            "notice": _whole("FATIGUE_NOTICES", 4),
            "greeting": _whole("FATIGUE_GREETINGS", 4),
            "press-release": _whole("FATIGUE_PRESS", 12),
        },
        "UNDO_MINUTES": 10,
        "MAX_FILE_BYTES": _whole("MAX_FILE_MEGABYTES", 15) * 1024 * 1024,
        "MAX_IMPORT_BYTES": _whole("MAX_IMPORT_MEGABYTES", 100) * 1024 * 1024,
        "MAX_CONTENT_LENGTH": 16 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 1000,
        "WTF_CSRF_TIME_LIMIT": None,  # the token lives as long as the session that it is bound to
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": base.startswith("https://"),
        "SESSION_COOKIE_NAME": "__Host-mitra" if base.startswith("https://") else "mitra",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "INFO").upper(),
    }


def refuse_wrong(settings: dict[str, object]) -> None:
    """Raise WrongSetting for what must not run: `flask crm doctor` names the same and more."""
    for problem in problems(settings):
        raise WrongSetting(problem)


def is_weak_key(key: str) -> bool:
    """Too short, or of so few letters that it was typed and not drawn: a random key in hex has 12 different ones or more."""
    return len(key) < 32 or len(set(key)) < 10


def problems(settings: dict[str, object]) -> list[str]:
    """Say every setting that keeps Mitra from starting, one sentence each."""
    found = []
    loopback = str(settings["HOST"]) in {"127.0.0.1", "::1", "localhost"}
    if settings["MODE"] == "production":
        if is_weak_key(str(settings["SECRET_KEY"])):
            found.append(
                "SECRET_KEY is missing, shorter than 32 characters or too regular. Make one: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'."
            )
        if not str(settings["PUBLIC_BASE_URL"]).startswith("https://"):
            found.append("PUBLIC_BASE_URL must be the https:// address that people use, for example https://mitra.example.go.id.")
    elif settings["MODE"] == "demo" and not loopback and not settings["DEMO_ON_NETWORK"]:
        found.append(
            "MODE=demo listens only on this machine (HOST=127.0.0.1). To show the demo on a network, set DEMO_ON_NETWORK=1."
        )
    if settings["MAIL_TRANSPORT"] not in {"outbox", "sendgrid"}:
        found.append("MAIL_TRANSPORT must be outbox or sendgrid.")
    if settings["MAIL_TRANSPORT"] == "sendgrid" and not settings["SENDGRID_API_KEY"]:
        found.append("MAIL_TRANSPORT is sendgrid but SENDGRID_API_KEY is empty.")
    return found
