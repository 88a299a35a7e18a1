"""Who asks for an import."""

from dataclasses import dataclass

from crm.accounts.models import User
from crm.core.access import Permission
from crm.core.db import db


@dataclass(frozen=True)
class CommandLine:
    """Whoever may run commands on a machine where nobody has an account yet: they hold the database itself, and so every right."""

    office_id: int | None
    id: None = None
    name: str = "flask crm"
    email: str = "flask crm"

    def may(self, _permission: Permission) -> bool:
        return True


Asker = User | CommandLine


def asker_of(user_id: int | None, office_id: int | None) -> Asker:
    """The account that an import counts as; without one it came from the command line of an office without accounts."""
    if user_id is None:
        return CommandLine(office_id)
    return db.session.get_one(User, user_id)
