"""Starts Mitra inside its environment: looks for a free port, runs web server and job worker under one supervisor, says where and who."""

import errno
import http.client
import os
import socket
import sys
from pathlib import Path

import config
from crm import bootstrap
from crm.core import occupancy
from crm.supervisor import Program, Supervisor

FIRST_PORT = 8000
PORTS_TRIED = 100


def main() -> int:
    os.umask(0o077)  # the data folder is for this user alone: it holds people's addresses, keys and passwords
    try:
        settings = config.read()
        config.refuse_wrong(settings)
        folder = Path(str(settings["CRM_DATA"]))
        occupied = occupancy.occupy(folder)  # held until we end
        occupancy.refuse_half_restored(folder)
        held = hold_port(str(settings["HOST"]), explicit=explicit_port())
    except (config.WrongSetting, occupancy.Occupied, PortTaken, OSError) as problem:
        print(f"Mitra does not start: {problem}", file=sys.stderr)
        return 1
    host = str(settings["HOST"])
    port = held.port
    occupancy.sign(occupied, f"Mitra on {address(host, port)}")
    environment = {**bootstrap.environment(), "HOST": host, "PORT": str(port)}
    programs = [
        Program("web server", [sys.executable, "-m", "crm.serve"], environment),
        Program("job worker", [sys.executable, "-m", "crm.worker"], environment),
    ]
    print(f"Mitra is starting on {address(host, port)} ...", flush=True)
    code = Supervisor(programs, is_up=lambda: answers(host, port), on_up=lambda: _welcome(host, port)).run()
    print("Mitra has stopped.", flush=True)
    return code


class PortTaken(Exception):
    """The port is somebody else's; the text says what to do."""


class HeldPort:
    """A port that is ours. The web server lets several processes listen on one port, so without a claim two starts could share it unnoticed."""

    def __init__(self, port: int, claim: socket.socket | None) -> None:
        self.port = port
        self.claim = claim


def explicit_port() -> int | None:
    given = os.environ.get("PORT", "")
    if not given:
        return None
    if not given.isdigit() or not 1 <= int(given) <= 65535:
        raise config.WrongSetting(f"PORT must be a number from 1 to 65535, not {given!r}.")
    return int(given)


def hold_port(host: str, *, explicit: int | None) -> HeldPort:
    """Hold the port that was asked for, which is never changed, or else the first free one from 8000."""
    if explicit is not None:
        held = _try_port(host, explicit)
        if held is None:
            raise PortTaken(
                f"port {explicit} on {host} is taken. Choose another PORT, or leave PORT out and a free one is found."
            )
        return held
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        held = _try_port(host, port)
        if held is not None:
            return held
    raise PortTaken(f"none of the ports {FIRST_PORT} to {FIRST_PORT + PORTS_TRIED - 1} on {host} is free. Choose one with PORT.")


def _try_port(host: str, port: int) -> HeldPort | None:
    claim = None
    if sys.platform == "linux":  # a name without a file, freed by the kernel when we end
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            claim.bind(f"\0mitra-port-{port}")
        except OSError:
            claim.close()
            return None
    if _is_free(host, port):
        return HeldPort(port, claim)
    if claim is not None:
        claim.close()
    return None


def _is_free(host: str, port: int) -> bool:
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except socket.gaierror as problem:
        raise config.WrongSetting(f"HOST {host!r} is no address of this machine ({problem.strerror}).") from problem
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # else connections just closed would keep the port taken
        try:
            probe.bind(place)
        except PermissionError as problem:
            raise config.WrongSetting(f"this user may not listen on port {port} ({problem.strerror}).") from problem
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise config.WrongSetting(f"cannot listen on {host} port {port}: {problem.strerror}.") from problem
            return False
    return True


def address(host: str, port: int) -> str:
    """The address to type into a browser on this machine."""
    return f"http://{_reachable(host, brackets=True)}:{port}"


def _reachable(host: str, *, brackets: bool = False) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - read, not listened on
    return f"[{host}]" if brackets and ":" in host else host


def answers(host: str, port: int) -> bool:
    """Say whether the web server answers anything. It does so only after the preparation, so what needs the database can start."""
    line = http.client.HTTPConnection(_reachable(host), port, timeout=2)
    try:
        line.request("GET", "/healthz")
        line.getresponse()  # in production it may say 400, because only the public host name is known there
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        line.close()


def _welcome(host: str, port: int) -> None:
    settings = config.read()
    print(f"\nMitra is running: {address(host, port)}", flush=True)
    sign_ins = Path(str(settings["CRM_DATA"])) / config.DEMO_SIGN_INS
    if settings["MODE"] == "demo" and sign_ins.is_file():
        print(f"\nDemo office. Sign in with one of these (kept in {sign_ins}):\n{sign_ins.read_text(encoding='utf-8').rstrip()}")
    print("\nCtrl-C stops it.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
