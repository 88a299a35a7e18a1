"""The browser of the journeys: found on this machine or installed, never downloaded by Playwright."""

import ctypes
import json
import os
import shutil
import sys
import tarfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, sync_playwright

from crm import bootstrap

DEBIAN = "chromium-headless-shell"
USUAL = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"), Path("/usr/bin/google-chrome"))
PACKAGE = "@sparticuz/chromium@147.0.0"  # a newer one asks for node 22.17
ARGUMENTS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WAYS = f"""No browser for the journeys. One of these mends it:
  - set CRM_CHROMIUM to a Chromium or chrome-headless-shell,
  - as root, on Debian: apt-get install {DEBIAN},
  - install node 20 or newer with npm; the tests then fetch {PACKAGE} themselves."""


class NoBrowser(Exception):
    """No browser could be had. Never a reason to skip: the journeys are half of the promise."""


@dataclass(frozen=True)
class Browser:
    """What `playwright.chromium.launch` needs: `launch(**browser.options())`."""

    program: str
    arguments: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    def options(self) -> dict[str, Any]:
        return {"executable_path": self.program, "args": self.arguments, "env": {**os.environ, **self.environment}}


def find_or_install() -> Browser:
    """Return a browser that starts: $CRM_CHROMIUM, a usual place, Debian's package (as root), or npm's."""
    _give_node_its_library()
    chosen = os.environ.get("CRM_CHROMIUM")
    if chosen:
        return _checked(_of_system(Path(chosen)), f"CRM_CHROMIUM is {chosen}, which does not start.")
    for place in USUAL:
        if place.exists():
            return _checked(_of_system(place), f"{place} does not start.")
    if os.geteuid() == 0 and shutil.which("apt-get"):
        bootstrap.install_debian_packages(DEBIAN, otherwise="No browser here.")
        return _checked(_of_system(USUAL[0]), f"{USUAL[0]} does not start.")
    return _checked(_of_npm(), f"The browser of {PACKAGE} does not start.")


def _give_node_its_library() -> None:
    """Playwright's driver is a node that a bare Debian cannot load."""
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        bootstrap.install_debian_packages("libatomic1", otherwise="Playwright needs libatomic.so.1.")


def _of_system(program: Path) -> Browser:
    return Browser(str(program), [*ARGUMENTS, *_as_root()])


def _as_root() -> list[str]:
    return ["--no-sandbox"] if os.geteuid() == 0 else []


def _of_npm() -> Browser:
    """A Chromium with its own libraries, unpacked once into .tools; for machines where nobody is root."""
    folder = bootstrap.TOOLS / "chromium"
    if not (folder / "chromium").exists():
        if not shutil.which("npm"):
            raise NoBrowser(WAYS)
        _unpack(folder)
    libraries = folder / "al2023" / "lib"
    environment = {"LD_LIBRARY_PATH": str(libraries), "FONTCONFIG_PATH": str(folder / "fonts")}
    return Browser(str(folder / "chromium"), [*ARGUMENTS, "--no-sandbox"], environment)


def _unpack(folder: Path) -> None:
    fresh = folder.with_name("chromium.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    install = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--prefix", str(fresh), PACKAGE]
    bootstrap.run(install)
    packed = fresh / "node_modules" / "@sparticuz" / "chromium" / "bin"
    for archive in ("chromium", "al2023.tar", "fonts.tar"):
        source, target = json.dumps(str(packed / f"{archive}.br")), json.dumps(str(fresh / archive))
        script = (
            f"const z=require('zlib'),f=require('fs');f.writeFileSync({target},z.brotliDecompressSync(f.readFileSync({source})))"
        )
        bootstrap.run(["node", "-e", script])
    for name in ("al2023", "fonts"):
        with tarfile.open(fresh / f"{name}.tar") as archive:
            archive.extractall(fresh / name, filter="data")
        (fresh / f"{name}.tar").unlink()
    (fresh / "chromium").chmod(0o755)
    shutil.rmtree(fresh / "node_modules")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _checked(browser: Browser, otherwise: str) -> Browser:
    """A program that prints its version may still miss a library or a right, so a page is opened and read."""
    try:
        with sync_playwright() as playwright:
            opened = playwright.chromium.launch(timeout=60_000, **browser.options())
            page = opened.new_page()
            page.set_content("<p>Mitra</p>")
            text = page.inner_text("p")
            opened.close()
    except Error as problem:
        raise NoBrowser(f"{otherwise}\n{str(problem)[:1000]}\n{WAYS}") from problem
    if text != "Mitra":
        raise NoBrowser(f"{otherwise} It drew {text!r} instead of a word (are there fonts?).\n{WAYS}")
    return browser


if __name__ == "__main__":
    try:
        print(find_or_install().program)
    except (NoBrowser, bootstrap.SetupFailed) as problem:
        sys.exit(str(problem))
