"""Settings and the data folder: what is wrong before a single row is read."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app

import config
from crm.cli.checks import check

SECRETS = ("secret-key.txt", config.DEMO_SIGN_INS)
LEAST_FREE = 500 * 1024 * 1024
FEW_DISTINCT = 12  # characters: 'aaaa...' is long and no secret
WEAK = ("changeme", "change-me", "secret", "password", "default", "example", "development", "0123456789", "not-a-secret")


def data_folder() -> Path:
    return Path(str(current_app.config["CRM_DATA"]))


@check(
    "Every setting can be right.", do="Change the setting in the environment or in .env, then start again.", needs_database=False
)
def settings() -> Iterator[str]:
    yield from config.problems(dict(current_app.config))


@check(
    "The secret key is long and nobody's guess.",
    do="python3 -c 'import secrets; print(secrets.token_urlsafe(48))' makes one for SECRET_KEY. Put the old one into SECRET_KEY_FALLBACKS.",
    needs_database=False,
)
def secret_key() -> Iterator[str]:
    key = str(current_app.config["SECRET_KEY"] or "")
    if len(key) < 32:
        yield "SECRET_KEY is missing or shorter than 32 characters."
    elif len(set(key)) < FEW_DISTINCT or any(word in key.lower() for word in WEAK):
        yield "SECRET_KEY looks like a placeholder or a word: whoever guesses it can sign cookies of anybody."


@check(
    "This is an installation for an office and not for trying out.",
    do="Set MODE=production, an https PUBLIC_BASE_URL and SECRET_KEY; give the proxy's number of hops as PROXY_HOPS.",
    only_deployed=True,
    needs_database=False,
)
def deployment() -> Iterator[str]:
    if current_app.config["MODE"] != "production":
        yield f"MODE is {current_app.config['MODE']}."
    base = urlsplit(str(current_app.config["PUBLIC_BASE_URL"]))
    if base.scheme != "https":
        yield f"PUBLIC_BASE_URL is {base.geturl()}: passwords would travel in the clear."
    if base.hostname in {"127.0.0.1", "localhost", "::1"}:
        yield f"PUBLIC_BASE_URL is {base.geturl()}: links in mail would lead every reader to their own machine."
    if not current_app.config["PROXY_HOPS"]:
        yield "PROXY_HOPS is 0: behind a proxy every visitor has the proxy's address, and one forgetful colleague pauses sign-in for all."


@check(
    "Mail leaves by SendGrid, from an address of the office.",
    do="Set SENDGRID_API_KEY, MAIL_FROM and MAIL_FROM_NAME.",
    only_deployed=True,
    needs_database=False,
)
def mail_transport() -> Iterator[str]:
    if current_app.config["MAIL_TRANSPORT"] == "outbox":
        yield "MAIL_TRANSPORT is outbox: invitations and password links stay on this machine."
    sender = str(current_app.config["MAIL_FROM"])
    if sender.endswith((".example", ".invalid", ".test")):
        yield f"MAIL_FROM is {sender}, an address of nobody."


@check(
    "The data folder can be written.",
    do="Give the folder to the user that runs Mitra: chown -R mitra: FOLDER",
    needs_database=False,
)
def data_folder_is_writable() -> Iterator[str]:
    folder = data_folder()
    if not folder.is_dir():
        yield f"{folder} is not there."
        return
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-"):
            pass
    except OSError as problem:
        yield f"{folder}: {problem.strerror}."


@check(
    "There is room for a day's work.",
    do="Make room, or move CRM_DATA to a larger disk. Nothing is lost when the disk is full, but nothing can be saved either.",
    needs_database=False,
)
def free_space() -> Iterator[str]:
    folder = data_folder()
    if folder.is_dir() and (free := shutil.disk_usage(folder).free) < LEAST_FREE:
        yield f"{free // 1024 // 1024} MB are free on the disk of {folder}."


@check(
    "Keys, passwords and the database belong to Mitra's user alone.",
    do="chmod 600 the files and 700 the folder; start Mitra with umask 077.",
    needs_database=False,
)
def permissions() -> Iterator[str]:
    folder = data_folder()
    database = str(current_app.config["SQLALCHEMY_DATABASE_URI"]).removeprefix("sqlite:///")
    for path in (*(folder / name for name in SECRETS), Path(database)):
        if path.is_file() and (open_to := _open_to(path)):
            yield f"{path} can be read by {open_to}."


def _open_to(path: Path) -> str:
    mode = path.stat().st_mode
    if os.name != "posix":
        return ""
    return "everybody" if mode & stat.S_IROTH else "the whole group" if mode & stat.S_IRGRP else ""
