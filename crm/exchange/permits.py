"""Whether whoever asked for the work of an import may still have it done when it begins."""

from crm.accounts.models import User
from crm.core import scope as scopes
from crm.core import transaction
from crm.core.access import Permission
from crm.exchange import mapping
from crm.exchange.models import Import, ImportState
from crm.exchange.profile_format import parse_profile

NOT_PERMITTED = "not-permitted"
_ASKED = frozenset({ImportState.PLANNING, ImportState.RUNNING, ImportState.UNDOING})


def is_still_permitted(import_id: int, scope: scopes.Scope) -> bool:
    """False when the right went meanwhile, and then the import says so. An undo that may not be done leaves the import as it was."""
    with transaction.unit(scopes.system_scope("look at an import whose asker may have lost the right")) as session:
        import_ = session.get(Import, import_id)
        if import_ is None:
            return False
        user = session.get(User, scope.user_id) if scope.user_id else None
        if user is not None and scope.holds(import_.office_id) and all(map(user.may, _needed(import_))):
            return True
        if import_.state in _ASKED:
            import_.state = ImportState.DONE if import_.state is ImportState.UNDOING else ImportState.FAILED
            import_.error = NOT_PERMITTED
    return False


def _needed(import_: Import) -> list[Permission]:
    private = [Permission.STAKEHOLDERS_READ_PRIVATE] if mapping.has_private(parse_profile(import_.profile)) else []
    return [Permission.IMPORTS_RUN, *private]
