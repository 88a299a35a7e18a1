"""Static files under a name that changes with their content, gzipped once, with the headers of every other answer."""

import hashlib
import shutil
import tempfile
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

SOURCE = Path(__file__).resolve().parents[1] / "static"
YEAR = 31_536_000


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for place in sorted(SOURCE.rglob("*")):
        if place.is_file():
            digest.update(str(place.relative_to(SOURCE)).encode())
            digest.update(place.read_bytes())
    return digest.hexdigest()[:12]


def _build(folder: Path, fingerprint: str) -> Path:
    """A copy of the tree with .gz beside each text file, made once per content; two processes may race harmlessly."""
    target = folder / fingerprint
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix="new-", dir=folder))
    shutil.copytree(SOURCE, beside, dirs_exist_ok=True)
    compressor = Compressor(use_brotli=False, quiet=True)
    for place in [p for p in beside.rglob("*") if p.is_file() and compressor.should_compress(p.name)]:
        list(compressor.compress(str(place)) or ())
    beside.chmod(0o755)
    try:
        beside.rename(target)
    except OSError:  # the other process was first
        shutil.rmtree(beside, ignore_errors=True)
    return target


def init_app(app: Flask, headers: dict[str, str]) -> None:
    """Serve /static/<fingerprint>/...; relative addresses inside style sheets keep working because the whole tree is versioned."""
    fingerprint = _fingerprint()
    root = _build(Path(str(app.config["CRM_DATA"])) / "static", fingerprint)

    def add_headers(all_headers: object, _path: str, _url: str) -> None:
        for name, value in headers.items():
            all_headers[name] = value  # type: ignore[index]

    served = WhiteNoise(
        app.wsgi_app,
        root=str(root),
        prefix=f"static/{fingerprint}/",
        max_age=YEAR,
        add_headers_function=add_headers,
        allow_all_origins=False,
        immutable_file_test=lambda _path, _url: True,
    )
    app.wsgi_app = served  # type: ignore[method-assign]
    app.jinja_env.globals["asset"] = lambda path: f"/static/{fingerprint}/{path}"
