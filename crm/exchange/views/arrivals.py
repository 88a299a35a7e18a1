"""Files as they arrive with a form: judged one by one before anything is written, the good ones ready to be kept."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import flash
from flask_babel import ngettext

from crm.core import settings, transaction
from crm.core.dates import number
from crm.exchange import preview, sentences, service
from crm.exchange.codes import Refusal
from crm.exchange.models import Import, ImportFile
from crm.exchange.sniffing import Overrides
from crm.files.names import clean_name

MOST_SAID = 4  # a flash travels in a cookie


@dataclass
class Arrivals:
    """What came: files that can be read, with their first rows, and a sentence for each that can't."""

    good: list[tuple[Path, preview.Sample]] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def keep(self, import_: Import) -> list[ImportFile]:
        """Make the good ones files of an import."""
        kept = []
        for path, sample in self.good:
            with path.open("rb") as stream:
                kept.append(service.add_file(import_, name=sample.name, stream=stream))
        return kept

    def tell(self) -> None:
        """Say on the next page which files were not taken."""
        for sentence in self.refusals[:MOST_SAID]:
            flash(sentence, "refused")
        rest = len(self.refusals) - MOST_SAID
        if rest > 0:
            flash(
                ngettext(
                    "%(number)s more file was not taken.", "%(number)s more files were not taken.", rest, number=number(rest)
                ),
                "refused",
            )


@contextmanager
def arrived(sent: Sequence[Any]) -> Iterator[Arrivals]:
    """Look into the files of a form. They lie in a folder that goes at the end of the block; nobody waits for the database meanwhile."""
    transaction.release()
    found = Arrivals()
    with tempfile.TemporaryDirectory(dir=service.folder(), prefix="arriving-") as place:
        for count, each in enumerate(sent):
            name = clean_name(each.filename)
            _judge(each, name, Path(place) / f"{count}{Path(name).suffix.lower()[:8]}", found)
        yield found


def _judge(sent: Any, name: str, path: Path, found: Arrivals) -> None:
    most = settings.get("MAX_IMPORT_BYTES")
    with path.open("wb") as out:
        shutil.copyfileobj(sent.stream, out, 1024 * 1024)
    if path.stat().st_size > most:
        found.refusals.append(sentences.too_large(name, most))
        return
    try:
        sample = preview.sample_of(path, name, Overrides(), limit=60)
    except Refusal as refusal:
        found.refusals.append(sentences.of_refusal(refusal, name))
        return
    found.good.append((path, sample))
