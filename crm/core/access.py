"""Permission names, and the declaration that every view must carry. Deny by default: an undeclared view is refused."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from flask_login import current_user


class Permission(StrEnum):
    """`resource:action`, alphabetical. Which role holds which is the table in accounts/permissions.py."""

    ACTIVITY_READ = "activity:read"
    BULLETINS_MANAGE = "bulletins:manage"
    BULLETINS_READ = "bulletins:read"
    CAMPAIGNS_APPROVE = "campaigns:approve"
    CAMPAIGNS_READ = "campaigns:read"
    CAMPAIGNS_SEND = "campaigns:send"
    CAMPAIGNS_WRITE = "campaigns:write"
    COMMITMENTS_READ = "commitments:read"
    COMMITMENTS_WRITE = "commitments:write"
    DESK_READ = "desk:read"
    ENGAGEMENTS_READ = "engagements:read"
    ENGAGEMENTS_WRITE = "engagements:write"
    EXPORTS_MAKE = "exports:make"
    FILES_READ = "files:read"
    FILES_WRITE = "files:write"
    IMPORTS_RUN = "imports:run"
    JOBS_READ = "jobs:read"
    MAIL_READ = "mail:read"
    OFFICES_MANAGE = "offices:manage"
    PERMISSIONS_READ = "permissions:read"
    REPORTS_READ = "reports:read"
    SEARCH_USE = "search:use"
    SEGMENTS_READ = "segments:read"
    SEGMENTS_WRITE = "segments:write"
    STAKEHOLDERS_ARCHIVE = "stakeholders:archive"
    STAKEHOLDERS_READ = "stakeholders:read"
    STAKEHOLDERS_READ_PRIVATE = "stakeholders:read-private"
    STAKEHOLDERS_WRITE = "stakeholders:write"
    SUBSCRIBERS_READ = "subscribers:read"
    SUBSCRIBERS_WRITE = "subscribers:write"
    SUPPRESSIONS_MANAGE = "suppressions:manage"
    SUPPRESSIONS_READ = "suppressions:read"
    TOPICS_MANAGE = "topics:manage"
    USERS_MANAGE = "users:manage"


PUBLIC, SIGNED_IN = "public", "signed-in"

View = Callable[..., Any]


def requires(permission: Permission) -> Callable[[View], View]:
    """Let in only people whose role holds the permission. Goes under the route decorator."""

    def declare(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return declare


def signed_in(view: View) -> View:
    """Let in everybody who is signed in: only for a person's own settings."""
    view.access = SIGNED_IN  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Let in anybody. Each use is listed in tests/test_architecture.py."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def takes_large_files(setting: str) -> Callable[[View], View]:
    """Let the body of this view's requests be as large as a setting says, instead of what fits a form."""

    def declare(view: View) -> View:
        view.most_bytes = setting  # type: ignore[attr-defined]
        return view

    return declare


def most_bytes_of(view: View | None) -> str | None:
    return getattr(view, "most_bytes", None)


def open_to_other_sites(view: View) -> View:
    """Let POSTs in that bear no token of ours and may come from another site: their body proves itself, or they do no harm."""
    view.is_open_to_other_sites = True  # type: ignore[attr-defined]
    return view


def is_open_to_other_sites(view: View | None) -> bool:
    return getattr(view, "is_open_to_other_sites", False)


def takes_raw_body(setting: str, *, knows: Callable[..., bool] | None = None) -> Callable[[View], View]:
    """Read the body as it came, up to what a setting says, before any lock is taken; the view finds it in `bodies.raw()`. It is no form.

    `knows` looks at the parts of the address: where it says no, there is no such page, and nothing is read.
    """

    def declare(view: View) -> View:
        view.raw_body = setting, knows  # type: ignore[attr-defined]
        return view

    return declare


def raw_body_of(view: View | None) -> tuple[str, Callable[..., bool] | None] | None:
    return getattr(view, "raw_body", None)


def looks_first(view: View) -> View:
    """Let a POST look at what it brings before it waits for its turn to write.

    The view calls `transaction.start_writing` when something is to be written. What is nothing of ours, or was done before, waits for nobody.
    """
    view.looks_first = True  # type: ignore[attr-defined]
    return view


def is_looking_first(view: View | None) -> bool:
    return getattr(view, "looks_first", False)


def access_of(view: View | None) -> str | None:
    return getattr(view, "access", None)


def may(permission: Permission | str) -> bool:
    """Whether the person of this request holds the permission."""
    person: Any = current_user._get_current_object()  # once: each look through the proxy costs as much as the answer
    return bool(person.is_authenticated) and person.may(Permission(permission))
