"""The vocabulary is added up apart from the writing."""

from crm.core import scope as scopes
from crm.core import transaction
from crm.core.jobs import job
from crm.index import vocabulary

MOST_PORTIONS = 2000


@job("index.fold_vocabulary", long=True, minute="*")
def fold_vocabulary(*, scope: scopes.Scope) -> None:
    """Add up what was noted, a portion a transaction. Words are of all offices, so it takes the system's scope whoever asked."""
    for _ in range(MOST_PORTIONS):
        with transaction.unit(scopes.system_scope("vocabulary of search")):
            if not vocabulary.fold():
                return
