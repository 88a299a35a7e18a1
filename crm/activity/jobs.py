"""Jobs of the record."""

from crm.activity import seals
from crm.core import transaction
from crm.core.jobs import job
from crm.core.scope import Scope


@job("activity.seal", long=True, minute="*")
def seal(*, scope: Scope) -> None:
    """Seal what has settled, one run a transaction so that nobody waits long."""
    more = True
    while more:
        with transaction.unit(scope):
            more = seals.seal_next() is not None
