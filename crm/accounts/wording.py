"""What roles, permissions and acts on accounts are called."""

from typing import Any

from flask_babel import lazy_gettext as _l

from crm.accounts.permissions import Role
from crm.activity import wording as activity_wording
from crm.core.access import Permission as P

ROLES: dict[Role, Any] = {
    Role.VIEWER: _l("Viewer"),
    Role.OFFICER: _l("Officer"),
    Role.MANAGER: _l("Manager"),
    Role.ADMINISTRATOR: _l("Administrator"),
}
PERMISSIONS: dict[P, Any] = {
    P.ACTIVITY_READ: _l("Read the audit record"),
    P.BULLETINS_MANAGE: _l("Manage bulletins"),
    P.BULLETINS_READ: _l("See bulletins and subscribers"),
    P.CAMPAIGNS_APPROVE: _l("Approve campaigns of others"),
    P.CAMPAIGNS_READ: _l("See campaigns and their results"),
    P.CAMPAIGNS_SEND: _l("Send approved campaigns"),
    P.CAMPAIGNS_WRITE: _l("Write campaigns"),
    P.COMMITMENTS_READ: _l("See commitments"),
    P.COMMITMENTS_WRITE: _l("Add and settle commitments"),
    P.DESK_READ: _l("Use my desk"),
    P.ENGAGEMENTS_READ: _l("See interactions and meetings"),
    P.ENGAGEMENTS_WRITE: _l("Log interactions and meetings"),
    P.EXPORTS_MAKE: _l("Export data"),
    P.FILES_READ: _l("Open attached files"),
    P.FILES_WRITE: _l("Attach files"),
    P.IMPORTS_RUN: _l("Import files"),
    P.JOBS_READ: _l("See background jobs"),
    P.MAIL_READ: _l("See sent mail"),
    P.OFFICES_MANAGE: _l("Manage offices, letterheads and holidays"),
    P.PERMISSIONS_READ: _l("See this table"),
    P.REPORTS_READ: _l("Read reports"),
    P.SEARCH_USE: _l("Use the search"),
    P.SEGMENTS_READ: _l("See segments"),
    P.SEGMENTS_WRITE: _l("Make and change segments"),
    P.STAKEHOLDERS_ARCHIVE: _l("Archive stakeholders"),
    P.STAKEHOLDERS_READ: _l("See stakeholders"),
    P.STAKEHOLDERS_READ_PRIVATE: _l("See private details of people"),
    P.STAKEHOLDERS_WRITE: _l("Add and change stakeholders"),
    P.SUBSCRIBERS_READ: _l("See subscribers and consent receipts"),
    P.SUBSCRIBERS_WRITE: _l("Add and end subscriptions"),
    P.SUPPRESSIONS_MANAGE: _l("Change the do-not-send list"),
    P.SUPPRESSIONS_READ: _l("See the do-not-send list"),
    P.TOPICS_MANAGE: _l("Manage topics"),
    P.USERS_MANAGE: _l("Manage accounts"),
}

activity_wording.add_words(
    kinds={"user": _l("Account")},
    verbs={
        "signed-in": _l("Signed in"),
        "signed-out": _l("Signed out"),
        "sign-in-failed": _l("Sign-in failed"),
        "sign-in-paused": _l("Too many tries, sign-in paused"),
        "session-ended": _l("Session ended"),
        "sessions-ended": _l("Sessions ended"),
        "reset-asked": _l("New password asked for"),
        "password-reset": _l("Password set by link"),
        "password-changed": _l("Password changed"),
        "invited": _l("Invited"),
        "invitation-accepted": _l("Invitation accepted"),
        "disabled": _l("Account disabled"),
        "enabled": _l("Account enabled"),
    },
    fields={
        "email": _l("E-mail"),
        "post": _l("Post"),
        "role": _l("Role"),
        "office": _l("Office"),
        "office_id": _l("Office"),
        "permission": _l("Permission"),
        "route": _l("Page"),
        "count": _l("Number"),
        "started": _l("Began"),
    },
    values={"role": ROLES},
)
