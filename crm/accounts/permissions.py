"""The one permission table: which role may do what. The permissions page is drawn from it."""

from enum import StrEnum

from crm.core.access import Permission as P


class Role(StrEnum):
    VIEWER = "viewer"
    OFFICER = "officer"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


RANK = {Role.VIEWER: 0, Role.OFFICER: 1, Role.MANAGER: 2, Role.ADMINISTRATOR: 3}

_VIEWER = frozenset(
    {
        P.BULLETINS_READ,
        P.CAMPAIGNS_READ,
        P.COMMITMENTS_READ,
        P.DESK_READ,
        P.ENGAGEMENTS_READ,
        P.FILES_READ,
        P.PERMISSIONS_READ,
        P.REPORTS_READ,
        P.SEARCH_USE,
        P.SEGMENTS_READ,
        P.STAKEHOLDERS_READ,
    }
)
_OFFICER = _VIEWER | {
    P.CAMPAIGNS_SEND,
    P.CAMPAIGNS_WRITE,
    P.COMMITMENTS_WRITE,
    P.ENGAGEMENTS_WRITE,
    P.EXPORTS_MAKE,
    P.FILES_WRITE,
    P.IMPORTS_RUN,
    P.STAKEHOLDERS_READ_PRIVATE,
    P.SEGMENTS_WRITE,
    P.STAKEHOLDERS_WRITE,
    P.SUBSCRIBERS_READ,
    P.SUBSCRIBERS_WRITE,
    P.SUPPRESSIONS_READ,
}
_MANAGER = _OFFICER | {
    P.ACTIVITY_READ,
    P.BULLETINS_MANAGE,
    P.CAMPAIGNS_APPROVE,
    P.STAKEHOLDERS_ARCHIVE,
    P.SUPPRESSIONS_MANAGE,
    P.TOPICS_MANAGE,
}
_ADMINISTRATOR = _MANAGER | {P.JOBS_READ, P.MAIL_READ, P.OFFICES_MANAGE, P.USERS_MANAGE}

_TABLE: dict[Role, frozenset[P]] = {
    Role.VIEWER: _VIEWER,
    Role.OFFICER: _OFFICER,
    Role.MANAGER: frozenset(_MANAGER),
    Role.ADMINISTRATOR: frozenset(_ADMINISTRATOR),
}


def permissions_of(role: Role) -> frozenset[P]:
    return _TABLE[role]


def table() -> list[tuple[P, dict[Role, bool]]]:
    """Every permission, in order of name, with who holds it: rows of the permissions page."""
    return [(permission, {role: permission in _TABLE[role] for role in Role}) for permission in P]
