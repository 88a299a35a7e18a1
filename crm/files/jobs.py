"""Bytes without a row go."""

from crm.core.jobs import job
from crm.files import service


@job("files.sweep", minute="41")
def sweep() -> None:
    service.sweep()
