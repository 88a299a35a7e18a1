"""The record of acts and the chain that seals it."""

from collections.abc import Iterator

from crm.activity import seals
from crm.cli.checks import check


@check(
    "The record of acts is as it was sealed.",
    do="Keep the database as it is and compare with a backup: somebody changed the record past Mitra.",
)
def activity_seals() -> Iterator[str]:
    yield from seals.verify()
