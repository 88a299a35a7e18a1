"""How the features are put together: blueprints, navigation, the viewer of a request, and the registries of panels, links and subjects."""

import datetime as dt
import importlib
import importlib.util
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, g, request, session, url_for
from flask_babel import lazy_gettext as _l
from flask_login import LoginManager, current_user

from crm.accounts import service as accounts
from crm.accounts import viewer as viewers
from crm.accounts.models import Language, User
from crm.bulletins import conditions as bulletin_conditions
from crm.bulletins import panel as bulletin_panel
from crm.bulletins import queries as bulletins
from crm.bulletins import uses as bulletin_uses
from crm.bulletins.feeds import uses as feed_uses
from crm.campaigns import conditions as campaign_conditions
from crm.campaigns import from_site
from crm.campaigns import timeline as campaign_timeline
from crm.campaigns.audience import fatigue
from crm.campaigns.audience import panel as contact_panel
from crm.campaigns.audience import uses as campaign_uses
from crm.campaigns.events import applying as campaign_events
from crm.campaigns.events import finding as campaign_finding
from crm.campaigns.events import health as campaign_health
from crm.campaigns.events import replies as campaign_replies
from crm.campaigns.models import Campaign
from crm.campaigns.sending import uses as sending_uses
from crm.commitments import conditions as commitment_conditions
from crm.commitments import panel as commitment_panel
from crm.commitments import queries as commitments
from crm.core import access, errors, jobs, scope, transaction
from crm.core.access import Permission
from crm.core.db import db
from crm.engagements import conditions as engagement_conditions
from crm.engagements import panel as engagement_panel
from crm.engagements.models import Engagement
from crm.engagements.queries import rhythm, timeline
from crm.files import subjects as file_subjects
from crm.index import service as search_index
from crm.interactions import counting
from crm.interactions import queries as interactions
from crm.mail import lists as mail_lists
from crm.mail.hooks import signals as mail_signals
from crm.meetings import queries as meetings
from crm.offices import queries as offices
from crm.offices.models import Office
from crm.offices.service import office_moved
from crm.search import commands as search_commands
from crm.search import kinds as search_kinds
from crm.segments import conditions as segment_conditions
from crm.segments import uses as segment_uses
from crm.stakeholders import columns, panels
from crm.stakeholders import conditions as stakeholder_conditions
from crm.stakeholders.models import Stakeholder

FEATURES = (
    "accounts",
    "offices",
    "activity",
    "files",
    "mail",
    "index",
    "stakeholders",
    "engagements",
    "commitments",
    "bulletins",
    "segments",
    "interactions",
    "meetings",
    "campaigns",
    "search",
    "exchange",
    "reports",
    "desk",
    "portal",
)
SETTINGS = frozenset({"accounts", "offices", "activity", "mail", "jobs"})  # features whose pages stand under settings
LANGUAGE_COOKIE = "language"  # set by ?lang= on a page before sign-in
LANGUAGES = [language.value for language in Language]

# Group title (None: on top), label, endpoint, icon, permission. Only what exists and what the person may use is drawn.
NAVIGATION: list[tuple[Any, list[tuple[Any, str, str, Permission]]]] = [
    (None, [(_l("My desk"), "desk.index", "checklist", Permission.DESK_READ)]),
    (
        _l("Coordination"),
        [
            (_l("Stakeholders"), "stakeholders.index", "users", Permission.STAKEHOLDERS_READ),
            (_l("Interactions"), "interactions.index", "message-2", Permission.ENGAGEMENTS_READ),
            (_l("Meetings"), "meetings.index", "users-group", Permission.ENGAGEMENTS_READ),
            (_l("Commitments"), "commitments.index", "heart-handshake", Permission.COMMITMENTS_READ),
        ],
    ),
    (
        _l("Public information"),
        [
            (_l("Campaigns"), "campaigns.index", "mail", Permission.CAMPAIGNS_READ),
            (_l("Bulletins"), "bulletins.index", "news", Permission.BULLETINS_READ),
            (_l("Segments"), "segments.index", "filter", Permission.SEGMENTS_READ),
            (_l("Reports"), "reports.coordination", "chart-bar", Permission.REPORTS_READ),
        ],
    ),
    (None, [(_l("Settings"), "accounts.show_profile", "settings", Permission.DESK_READ)]),
]


def connect(app: Flask) -> None:
    """Register every feature but its pages. Import order is the tiers', bottom up."""
    for feature in FEATURES:
        for part in ("models", "jobs", "wording"):  # the last says what the feature's acts are called in the record
            if importlib.util.find_spec(f"crm.{feature}.{part}"):
                importlib.import_module(f"crm.{feature}.{part}")
    jobs.resolve_users_with(viewers.scope_for_user_id)
    app.extensions["mitra.navigation"] = navigation
    app.extensions["mitra.office_switcher"] = office_switcher
    timeline.register_details("interaction", interactions.details_of)
    timeline.register_details("meeting", meetings.details_of)
    timeline.register_outcomes(commitments.outcomes_of)
    timeline.register_source("mail", campaign_timeline.mails)
    columns.register_rhythm(last_contact=rhythm.last_contact, weeks=rhythm.weeks)
    columns.register_open_commitments(commitments.open_counts)
    register_panels()
    mail_lists.register("bulletins", bulletins.mailing_lists)
    feed_uses.register(from_site.changed_since_told)
    bulletin_uses.register(sending_uses.of_bulletin)
    register_search()
    register_file_subjects()
    register_conditions()
    office_moved.connect(_retoken)
    mail_signals.register_recognizer(campaign_finding.recognize)
    mail_signals.events_read.connect(campaign_events.apply)
    mail_signals.mail_received.connect(campaign_replies.receive)
    campaign_health.register_all()


def connect_pages(app: Flask) -> None:
    """Register the pages of every feature, and who asks for them. The job worker does without: crm/worker.py."""
    login = LoginManager(app)
    login.session_protection = None  # pyright: ignore[reportAttributeAccessIssue] - sessions are rows of ours
    login.request_loader(_load_user)
    for feature in FEATURES:
        name = f"crm.{feature}.views"
        if importlib.util.find_spec(name) and hasattr(views := importlib.import_module(name), "bp"):
            app.register_blueprint(views.bp)


def _retoken(office: Office) -> None:
    """What is found by the marks of offices above has to bear those of the new place."""
    search_index.retoken_office(office.id)


def register_search() -> None:
    """Pages of what search finds, and what the palette can do."""
    read = Permission.STAKEHOLDERS_READ, Permission.ENGAGEMENTS_READ, Permission.COMMITMENTS_READ
    search_kinds.register("person", _l("People"), "stakeholders.show", "stakeholder_id", read[0], "user")
    search_kinds.register("organization", _l("Organizations"), "stakeholders.show", "stakeholder_id", read[0], "building")
    search_kinds.register("meeting", _l("Meetings"), "engagements.show", "engagement_id", read[1], "users-group")
    search_kinds.register("interaction", _l("Interactions"), "engagements.show", "engagement_id", read[1], "message-2")
    search_kinds.register("commitment", _l("Commitments"), "commitments.show", "commitment_id", read[2], "heart-handshake")
    search_kinds.register("campaign", _l("Campaigns"), "campaigns.show", "campaign_id", Permission.CAMPAIGNS_READ, "mail")
    for label, endpoint, permission, icon, key, dialog in (
        (_l("Log a contact"), "interactions.quick_log", Permission.ENGAGEMENTS_WRITE, "edit", "c", "quick-log"),
        (_l("New organization"), "stakeholders.new_organization", Permission.STAKEHOLDERS_WRITE, "building", "", ""),
        (_l("New person"), "stakeholders.new_person", Permission.STAKEHOLDERS_WRITE, "user", "", ""),
        (_l("New commitment"), "commitments.new", Permission.COMMITMENTS_WRITE, "heart-handshake", "", ""),
        (_l("New campaign"), "campaigns.new", Permission.CAMPAIGNS_WRITE, "mail", "", ""),
        (_l("My desk"), "desk.index", Permission.DESK_READ, "checklist", "g d", ""),
        (_l("Stakeholders"), "stakeholders.index", Permission.STAKEHOLDERS_READ, "users", "g s", ""),
        (_l("Coordination report"), "reports.coordination", Permission.REPORTS_READ, "chart-bar", "", ""),
        (_l("Import"), "exchange.index", Permission.IMPORTS_RUN, "upload", "", ""),
    ):
        search_commands.register(search_commands.Command(label, endpoint, permission, icon, key, dialog))


def register_file_subjects() -> None:
    """Who may see what files hang on: whoever may see the record in the scope in force."""

    def is_visible(model: Any) -> Callable[[int], bool]:
        return lambda record_id: db.session.scalar(sa.select(model.id).where(model.id == record_id)) is not None

    for kind in ("interaction", "meeting"):
        file_subjects.register(kind, permission=Permission.ENGAGEMENTS_READ, is_visible=is_visible(Engagement))
    file_subjects.register("campaign", permission=Permission.CAMPAIGNS_READ, is_visible=is_visible(Campaign))
    for kind in ("person", "organization"):
        file_subjects.register(kind, permission=Permission.STAKEHOLDERS_READ, is_visible=is_visible(Stakeholder))


def register_conditions() -> None:
    """What segments can ask, in the order in which it is offered."""
    for feature in (
        stakeholder_conditions,
        engagement_conditions,
        commitment_conditions,
        bulletin_conditions,
        campaign_conditions,
    ):
        segment_conditions.register_all(feature.CONDITIONS)
    segment_uses.register("campaigns", campaign_uses.find)
    fatigue.register_calls(counting.calls)


def register_panels() -> None:
    """What a stakeholder's page shows of the packages above it."""
    panels.register(
        panels.Panel(
            "timeline",
            _l("Timeline"),
            Permission.ENGAGEMENTS_READ,
            "engagements/_timeline.html",
            engagement_panel.content,
            panels.TIMELINE,
        )
    )
    panels.register(
        panels.Panel(
            "commitments",
            _l("Open commitments"),
            Permission.COMMITMENTS_READ,
            "commitments/_panel.html",
            commitment_panel.content,
            count="count",
        )
    )
    panels.register(
        panels.Panel(
            "contact",
            _l("Contacted lately"),
            Permission.ENGAGEMENTS_READ,
            "campaigns/_contact_panel.html",
            contact_panel.content,
        )
    )
    panels.register(
        panels.Panel(
            "subscriptions",
            _l("Subscriptions"),
            Permission.BULLETINS_READ,
            "bulletins/_panel.html",
            bulletin_panel.content,
            count="count",
        )
    )


# The viewer of a request ---------------------------------------------------------------------------------------------


def view_of(endpoint: str) -> Any:
    return current_app.view_functions.get(endpoint)


def has_token() -> bool:
    """Whether the cookie holds a token at all; if it is good is looked up later."""
    return bool(session.get(viewers.SESSION_KEY))


def _load_user(_request: Any) -> User | None:
    if g.get("is_stranger"):  # an error page of a database that does not answer
        return None
    idle = dt.timedelta(minutes=current_app.config["SESSION_IDLE_MINUTES"])
    found = viewers.find(session.get(viewers.SESSION_KEY), idle=idle)
    if found is None:
        return None
    g.viewer = found
    return found.user


def fix_viewer() -> None:
    """Load the person once, and fix scope, zone and what the log says for the rest of the request."""
    if not current_user.is_authenticated:
        scope.start(None)
        return
    found: viewers.Viewer = g.viewer
    g.viewer_id, g.viewer_zone, g.viewer_session_id = found.user.id, found.zone, found.session.id
    scope.start(found.scope)
    if viewers.needs_mark(found.session):
        session_id, user_id = found.session.id, found.user.id
        transaction.survive(lambda: viewers.mark_seen(session_id, user_id))


def choose_language() -> str:
    """The person's choice; signed out: ?lang=, then the cookie, then the browser's, then Indonesian."""
    if getattr(g, "viewer", None) is not None:
        return g.viewer.user.language.value
    if not request:
        return "id"
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    if request.cookies.get(LANGUAGE_COOKIE) in LANGUAGES:
        return request.cookies[LANGUAGE_COOKIE]
    return request.accept_languages.best_match(LANGUAGES, default=current_app.config["DEFAULT_LANGUAGE"]) or "id"


def deny(permission: str) -> None:
    """Write down that somebody asked for what their role may not do."""
    errors.note_denied(permission)
    user_id, route = g.viewer_id, request.endpoint or ""
    transaction.survive(lambda: accounts.record_denied(permission, user_id=user_id, route=route))


def navigation() -> list[tuple[str | None, list[tuple[str, str, str, bool, int | None]]]]:
    """Groups of links: label, address, icon, whether it is the present place, and a count or None."""
    groups = []
    for title, entries in NAVIGATION:
        shown = [
            (str(label), url_for(endpoint), icon, _is_here(endpoint), None)
            for label, endpoint, icon, permission in entries
            if endpoint in current_app.view_functions and access.may(permission)
        ]
        if shown:
            groups.append((str(title) if title else None, shown))
    return groups


def office_switcher() -> list[tuple[int, str, bool]]:
    """Id and name of each office that the person may look at, and whether it is the present one."""
    if getattr(g, "viewer", None) is None:
        return []
    here = g.viewer.session.office_id or g.viewer.user.office_id
    return [(office.id, office.name, office.id == here) for office in offices.in_tree_order(g.viewer.offices)]


def _is_here(endpoint: str) -> bool:
    feature, wanted = ((one or "").split(".")[0] for one in (request.endpoint, endpoint))
    return feature == wanted or (wanted == "accounts" and feature in SETTINGS)
