"""Keeps a few programs running under one parent: restarts what falls, stops all together, leaves nobody behind. Standard library only."""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

GRACE = 8.0  # seconds from the wish to stop until the rest is killed
TICK = 0.05
FALLS = 4  # so many falls within FALLS_WITHIN seconds are a loop that restarting does not mend
FALLS_WITHIN = 60.0
PR_SET_PDEATHSIG = 1


@dataclass
class Program:
    """A child in a session of its own, so that Ctrl-C in the terminal reaches only the parent and its whole group can be killed."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    start_at: float = 0.0
    falls: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )

    def fell(self) -> int | None:
        """The exit code when the program is no longer running, with whatever it left behind killed."""
        if self.process is None or self.process.poll() is None:
            return None
        code = self.process.returncode
        self.kill()
        self.process = None
        return code

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def kill(self) -> None:
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # nobody left in the group
            return


def _end_with_parent() -> None:
    """Even a parent that was killed without a word takes its children along (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Starts the first program, the others once `is_up` says that the first one answers, and watches all until told to stop."""

    def __init__(self, programs: Sequence[Program], *, is_up: Callable[[], bool], on_up: Callable[[], None]) -> None:
        self.programs = programs
        self.is_up = is_up
        self.on_up = on_up
        self.up = False
        self.stopping = False
        self.reason = ""

    def run(self) -> int:
        """Run until a signal (0) or until restarting makes no more sense (1)."""
        wake = self._listen()
        try:
            self.programs[0].start()
            while not self._watch():
                select.select([wake], [], [], TICK if not self.up or self._waiting() else 5.0)
                _empty(wake)
        finally:
            self._stop_all()
        if self.reason:
            print(self.reason, file=sys.stderr, flush=True)
        return 1 if self.reason else 0

    def _listen(self) -> int:
        read, write = os.pipe()
        for end in (read, write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._wish_to_stop)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # under nohup it stays ignored
            signal.signal(signal.SIGHUP, self._wish_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only to wake the loop
        return read

    def _wish_to_stop(self, *_: object) -> None:
        self.stopping = True

    def _watch(self) -> bool:
        """Look after everything once; say whether it is time to stop."""
        if self.stopping:  # a service manager stops all of us at once: what ends now did not fall
            return True
        for program in self.programs:
            code = program.fell()
            if code is not None:
                self._after_fall(program, code)
            elif program.process is None and program.start_at and program.start_at <= time.monotonic():
                program.start_at = 0.0
                program.start()
        if not self.up and self.is_up():
            self.up = True
            for program in self.programs[1:]:
                program.start()
            self.on_up()
        return self.stopping

    def _after_fall(self, program: Program, code: int) -> None:
        now = time.monotonic()
        program.falls = [moment for moment in program.falls if now - moment < FALLS_WITHIN] + [now]
        if not self.up:
            self._give_up(f"The {program.name} did not start ({_exit(code)}).")
        elif len(program.falls) >= FALLS:
            self._give_up(
                f"The {program.name} ended {FALLS} times within {FALLS_WITHIN:.0f} seconds, at last with {_exit(code)}."
            )
        else:
            pause = 0.25 * 2 ** len(program.falls)
            print(f"The {program.name} ended ({_exit(code)}); starting it again in {pause:.1f} s.", file=sys.stderr, flush=True)
            program.start_at = now + pause

    def _give_up(self, reason: str) -> None:
        self.reason = f"{reason} Its own messages stand above. Mitra stops."
        self.stopping = True

    def _waiting(self) -> bool:
        return any(program.start_at for program in self.programs)

    def _stop_all(self) -> None:
        for program in self.programs:
            program.ask_to_stop()
        until = time.monotonic() + GRACE
        while time.monotonic() < until and any(p.process and p.process.poll() is None for p in self.programs):
            time.sleep(TICK / 2)
        for program in self.programs:
            program.kill()
            if program.process is not None:
                program.process.wait()


def _empty(pipe: int) -> None:
    try:
        while os.read(pipe, 512):
            pass
    except BlockingIOError:
        return


def _exit(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
