"""The Python environment of Mitra: made once in .venv from the pinned requirements, then found again by a stamp. Standard library only."""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
PYTHON = VENV / "bin" / "python"
UV = "uv==0.13.8"
RUN = ("requirements.txt",)
TEST = ("requirements.txt", "requirements-dev.txt")


class SetupFailed(Exception):
    """The environment could not be made; the text tells a person what to do."""


def main(arguments: Sequence[str], *, tests: bool = False) -> NoReturn:
    """Make the environment if need be and go on in it as `.venv/bin/python ARGUMENTS`."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leaves through subprocess.run, which ends what it runs
    try:
        prepare(TEST if tests else RUN)
    except (SetupFailed, OSError) as failure:  # OSError: a folder that this user may not write, a full disk
        sys.exit(f"Mitra could not be set up: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execve(PYTHON, [str(PYTHON), *arguments], environment())


def environment() -> dict[str, str]:
    """Variables for every process of ours: bytecode is kept (a start without it takes twice as long), no other Python's settings."""
    foreign = {"PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
    return {name: value for name, value in os.environ.items() if name not in foreign}


def prepare(requirements: Sequence[str]) -> None:
    """Bring .venv to what the requirement files say. Does nothing, without network, when the stamp says it is so already."""
    if is_prepared(requirements):
        return
    TOOLS.mkdir(exist_ok=True)
    with one_at_a_time(TOOLS / "environment.lock"):
        if is_prepared(requirements):  # another start made it while this one waited
            return
        print(f"Setting up Mitra in {VENV.relative_to(ROOT)} from {requirements[-1]} ...", flush=True)
        began = time.monotonic()
        _make_environment(ROOT / requirements[-1])
        for installed in {RUN, tuple(requirements)}:  # the test requirements begin with those to run
            stamp_file(installed).write_text(stamp(installed))
        print(f"Environment ready after {time.monotonic() - began:.1f} s.", flush=True)


def is_prepared(requirements: Sequence[str]) -> bool:
    """Say whether .venv holds these requirements and still stands where it was made."""
    try:
        return PYTHON.exists() and stamp_file(requirements).read_text() == stamp(requirements)
    except OSError:
        return False


def stamp_file(requirements: Sequence[str]) -> Path:
    """One stamp for running, another for testing: a start must not wait for the linters."""
    return VENV / f".stamp-{Path(requirements[-1]).stem}"


def stamp(requirements: Sequence[str]) -> str:
    """The requirement files' content, and the folder: scripts in an environment name it, so a moved checkout gets a new one."""
    digest = hashlib.sha256(str(VENV).encode())
    for name in requirements:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Hold a lock file. The kernel frees it when the holder dies, so a killed start blocks nobody."""
    with lock.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Waiting for another start to finish ({lock.name}) ...", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _make_environment(requirements: Path) -> None:
    failures = []
    for way in (_with_uv, _with_pip):
        try:
            way(requirements)
        except SetupFailed as failure:
            failures.append(str(failure))
        else:
            return
    raise SetupFailed("\n".join(failures))


def _with_uv(requirements: Path) -> None:
    """About 20 times faster than pip."""
    uv = [str(_find_uv()), "--quiet"]
    if not os.access(Path("~").expanduser(), os.W_OK):  # a service user without a home has no place for uv's cache
        uv.append("--no-cache")
    if not _works(PYTHON):
        run([*uv, "venv", "--clear", "--no-project", "--python", _base_python(), str(VENV)])
    run([*uv, "pip", "install", "--no-config", "--python", str(PYTHON), "--requirements", str(requirements)])


def _find_uv() -> Path:
    private = TOOLS / "uv" / "bin" / "uv"
    if _works(private):
        return private
    on_path = shutil.which("uv")
    if on_path and _works(Path(on_path)):
        return Path(on_path)
    fresh = TOOLS / "uv.new"
    shutil.rmtree(fresh, ignore_errors=True)
    run([*_pip(), "install", "--quiet", "--disable-pip-version-check", "--target", str(fresh), UV])
    shutil.rmtree(private.parent.parent, ignore_errors=True)
    fresh.rename(private.parent.parent)
    return private


def _with_pip(requirements: Path) -> None:
    pip = _pip()
    print("uv does not work here; going on with pip, which takes minutes ...", flush=True)
    run([_base_python(), "-m", "venv", "--without-pip", "--clear", str(VENV)])
    run([*pip, "--python", str(PYTHON), "install", "--quiet", "--disable-pip-version-check", "--requirement", str(requirements)])


def _pip() -> list[str]:
    """The command of a pip that works, made or installed where the plain Python of the system has none."""
    pip = [_base_python(), "-m", "pip"]
    if _runs([*pip, "--version"]):
        return pip
    if _runs([_base_python(), "-c", "import ensurepip, venv"]):
        run([_base_python(), "-m", "venv", "--clear", str(TOOLS / "pip")])
        return [str(TOOLS / "pip" / "bin" / "python"), "-m", "pip"]
    install_debian_packages("python3-venv", "python3-pip", otherwise=f"{_base_python()} has neither pip nor venv.")
    if not _runs([*pip, "--version"]):
        raise SetupFailed(
            f"{_base_python()} has no pip, though the system's Python has it now. Start again with /usr/bin/python3."
        )
    return pip


def install_debian_packages(*packages: str, otherwise: str) -> None:
    """Install with apt-get where that is possible; if not, raise with `otherwise` and what a person can do."""
    command = f"apt-get install {' '.join(packages)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupFailed(f"{otherwise} As root, run: {command}")
    print(f"{otherwise} Running {command} ...", flush=True)
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    settings = {**environment(), "DEBIAN_FRONTEND": "noninteractive"}
    run([*apt, "update"], env=settings)
    run([*apt, "install", "-y", "--no-install-recommends", *packages], env=settings)


def _base_python() -> str:
    """The interpreter below any virtual environment that this start may have come from."""
    return getattr(sys, "_base_executable", None) or sys.executable


def _works(program: Path) -> bool:
    check = ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"] if program == PYTHON else ["--version"]
    return program.exists() and _runs([str(program), *check])


def _runs(command: Sequence[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False, env=environment()).returncode == 0


def run(command: Sequence[str], *, env: dict[str, str] | None = None) -> None:
    """Run a command; its output is shown only when it fails, because then it is the reason."""
    try:
        done = subprocess.run(
            command, check=False, env=env or environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
    except OSError as problem:
        raise SetupFailed(f"{command[0]} could not be started: {problem}") from problem
    if done.returncode:
        raise SetupFailed(f"`{' '.join(command)}` ended with {done.returncode}:\n{done.stdout.strip()[-2000:]}")
