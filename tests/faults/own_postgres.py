"""A PostgreSQL server with the settings of a real one, that a test may restart and kill."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy.engine import URL

from tests import postgres_server as server


class OwnPostgres:
    """Durable as PostgreSQL is by itself: fsync, full_page_writes and synchronous_commit are on."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="mitra-pgf-", dir="/tmp"))
        identity = server._unprivileged()
        self.programs = server._readable(server._find_programs(), self.folder, identity)
        if identity:
            os.chown(self.folder, identity["user"], identity["group"])
        self.settings = {"env": server._environment(), "cwd": self.folder, "stdin": subprocess.DEVNULL, **identity}
        made = [
            self.programs / "initdb",
            "-D",
            self.folder / "data",
            "-U",
            "mitra",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        subprocess.run(made, check=True, capture_output=True, **self.settings)
        self.address = URL.create("postgresql+psycopg", username="mitra", database="postgres", query={"host": str(self.folder)})
        self.url = self.address.render_as_string(hide_password=False)
        self.process = None
        self.start()

    def start(self):
        command = [
            self.programs / "postgres",
            "-D",
            self.folder / "data",
            "-k",
            self.folder,
            "-c",
            "listen_addresses=",
            "-c",
            "max_connections=60",
        ]
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, start_new_session=True, preexec_fn=server._end_with_parent, **self.settings
            )
        server._wait(self.process, self.address, self.folder)

    def stop(self, how):
        """`fast` breaks off transactions and checkpoints; `immediate` is a crash: the next start recovers from the log."""
        self.process.send_signal({"fast": signal.SIGINT, "immediate": signal.SIGQUIT}[how])
        self.process.wait(20)

    def close(self):
        if self.process.poll() is None:
            self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)
