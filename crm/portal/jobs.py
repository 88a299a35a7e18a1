"""What the public pages leave to the worker."""

from crm.bulletins import service as bulletins
from crm.core.clock import now
from crm.core.jobs import job
from crm.portal.queries import LASTS


@job("portal.forget_sign_ups", minute="37")
def forget_sign_ups() -> None:
    """An address that was not confirmed within seven days is removed, as its mail said."""
    bulletins.forget_sign_ups(now() - LASTS)
