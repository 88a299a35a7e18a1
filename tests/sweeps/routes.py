# ruff: noqa: E501 - one route a line
"""Every route of the product and what somebody of another office must get from it. A new route fails the sweep until it stands here."""

from dataclasses import dataclass, field
from typing import Any

GONE = frozenset({404})
REFUSED = frozenset({400, 403, 404, 409, 410, 422})
PAGE = frozenset({200})
ON = frozenset({302, 303})


@dataclass(frozen=True)
class Sweep:
    """`get` and `post` are the statuses allowed; `form` is sent with foreign ids in place of {names}; `why` excuses a 2xx or 3xx for a POST."""

    get: frozenset[int] | None = None
    post: frozenset[int] | None = None
    form: dict[str, Any] = field(default_factory=dict)
    why: str = ""


READ = Sweep(PAGE)  # a list or a form of one's own office
ONE = Sweep(GONE)  # a page of one record

INTERACTION = {"channel": "call", "direction": "out", "on": "2026-01-05", "precision": "day", "summary": "x", "program": "{program_id}", "role": "", "tone": "",
               "participants-0-who": "Orang Kucingrahasia", "participants-0-who_id": "{person_id}", "follow_ups-0-owner": "0", "version": "1"}  # fmt: skip
MEETING = {"title": "x", "on": "2026-01-05", "precision": "day", "program": "{program_id}", "role": "R3", "participants-0-who": "Dinas Kucingrahasia",
           "participants-0-who_id": "{stakeholder_id}", "version": "1"}  # fmt: skip
COMMITMENT = {
    "text": "x",
    "side": "ours",
    "kind": "action",
    "owner": "{user_id}",
    "stakeholder": "Orang Kucingrahasia",
    "stakeholder_id": "{person_id}",
    "version": "1",
}
ORGANIZATION = {
    "name": "x",
    "category": "media",
    "parent": "Dinas Kucingrahasia",
    "parent_id": "{stakeholder_id}",
    "office_id": "{office_id}",
    "owner": "{user_id}",
    "version": "1",
}
PERSON = {
    "name": "x",
    "affiliations-0-organization": "Dinas Kucingrahasia",
    "affiliations-0-organization_id": "{stakeholder_id}",
    "version": "1",
}
RELATION = {"other": "Orang Kucingrahasia", "other_id": "{other_id}", "kind": "cooperates"}
USER = {
    "email": "baru@mitra.example",
    "name": "x",
    "role": "administrator",
    "office": "{office_id}",
    "office_id": "{office_id}",
    "post": "",
    "version": "1",
}
SUBSCRIBER = {"email": "sari@contoh.id", "language": "id", "basis": "consent", "channel": "paper", "given_on": "2026-01-05", "wording": "x",
              "wording_version": "BL-3", "evidence": "x"}  # fmt: skip
CHOSEN = {"ids": "{stakeholder_id}", "topic": "x"}

ROUTES: dict[str, Sweep] = {
    # one's own
    "desk.home": Sweep(ON),
    "desk.index": READ,
    "accounts.show_profile": Sweep(PAGE, REFUSED, {"name": "", "office_id": "{office_id}", "role": "administrator"}),
    "accounts.change_password": Sweep(PAGE, REFUSED, {"current_password": "x", "new_password": "y", "repeat_password": "y"}),
    "accounts.set_preferences": Sweep(
        None, REFUSED | ON, {"language": "xx", "office_id": "{office_id}"}, why="changes only one's own row"
    ),
    "accounts.end_session": Sweep(None, GONE),
    "accounts.end_other_sessions": Sweep(None, ON, why="ends only one's own"),
    "accounts.choose_office": Sweep(None, REFUSED, {"office": "{office_id}", "office_id": "{office_id}"}),
    "accounts.show_permissions": READ,
    "accounts.sign_in": Sweep(
        PAGE | ON, REFUSED | ON | PAGE, {"email": "x@mitra.example", "password": "x"}, why="asks for a password"
    ),
    "accounts.sign_out": Sweep(None, ON, why="ends only one's own session; swept last"),
    "accounts.forgotten_password": Sweep(
        PAGE | ON, ON | PAGE, {"email": "tidak-ada@mitra.example"}, why="says the same to everybody"
    ),
    "accounts.reset_asked": Sweep(PAGE | ON),
    "accounts.open_link": Sweep(PAGE | ON | REFUSED),
    "accounts.invitation": Sweep(PAGE | ON | REFUSED, PAGE | ON | REFUSED, {"password": "x"}, why="no link, no account"),
    "accounts.new_password": Sweep(PAGE | ON | REFUSED, PAGE | ON | REFUSED, {"password": "x"}, why="no link, no account"),
    "health.live": READ,
    "health.ready": Sweep(frozenset({200, 503})),
    # accounts and offices
    "accounts.list_users": READ,
    "accounts.edit_user": Sweep(GONE, GONE, USER),
    "accounts.disabling": Sweep(None, GONE),
    "accounts.enabling": Sweep(None, GONE),
    "accounts.inviting": Sweep(None, GONE),
    "accounts.signing_out": Sweep(None, GONE),
    "accounts.new_user": Sweep(PAGE, REFUSED, USER),
    "offices.list_offices": READ,
    "offices.edit_office": Sweep(GONE, GONE, {"code": "X", "name": "x", "timezone": "Asia/Jakarta", "parent": ""}),
    "offices.edit_letterhead": Sweep(GONE, GONE, {"name": "x"}),
    "offices.edit_logo": Sweep(GONE, GONE),
    "offices.logo_removal": Sweep(None, GONE),
    "offices.public_logo": Sweep(GONE),
    "offices.new_office": Sweep(
        PAGE,
        REFUSED,
        {"code": "XX", "name": "x", "parent": "{office_id}", "parent_id": "{office_id}", "timezone": "Asia/Jakarta"},
    ),
    "offices.list_holidays": Sweep(PAGE, REFUSED, {"day": "", "name": ""}),
    "offices.proposal": Sweep(PAGE, REFUSED | ON, {"days": "x"}, why="holidays are of all offices"),
    "offices.removal": Sweep(None, REFUSED | ON, why="holidays are of all offices"),
    "activity.index": READ,
    "jobs.index": READ,
    "jobs.retrial": Sweep(None, GONE),
    # stakeholders
    "stakeholders.index": READ,
    "stakeholders.show": ONE,
    "stakeholders.history": ONE,
    "stakeholders.edit": Sweep(GONE, GONE, {**ORGANIZATION, **PERSON}),
    "stakeholders.edit_fact": Sweep(GONE, GONE, {"note": "x", "version": "1"}),
    "stakeholders.archival": Sweep(None, GONE),
    "stakeholders.restoration": Sweep(None, GONE),
    "stakeholders.new_relationship": Sweep(GONE, GONE, RELATION),
    "stakeholders.relationship_removal": Sweep(None, GONE),
    "stakeholders.relationship_return": Sweep(None, GONE),
    "stakeholders.new_organization": Sweep(PAGE, REFUSED, ORGANIZATION),
    "stakeholders.new_person": Sweep(PAGE, REFUSED, PERSON),
    "stakeholders.selection_archival": Sweep(None, REFUSED | ON, CHOSEN, why="passes foreign ids over and says so"),
    "stakeholders.selection_restoration": Sweep(None, REFUSED | ON, CHOSEN, why="passes foreign ids over and says so"),
    "stakeholders.selection_topic": Sweep(None, REFUSED | ON, CHOSEN, why="passes foreign ids over and says so"),
    "stakeholders.selection_topic_removal": Sweep(None, REFUSED | ON, CHOSEN, why="passes foreign ids over and says so"),
    "stakeholders.topics": Sweep(PAGE, REFUSED, {"name": ""}),
    "stakeholders.edit_topic": Sweep(PAGE | GONE, REFUSED, {"name": ""}),
    "stakeholders.topic_archival": Sweep(None, REFUSED | ON, why="topics are of all offices"),
    "stakeholders.topic_restoration": Sweep(None, REFUSED | ON, why="topics are of all offices"),
    # engagements
    "engagements.show": ONE,
    "engagements.index": ONE,
    "interactions.index": READ,
    "interactions.show": ONE,
    "interactions.new": Sweep(PAGE, REFUSED, INTERACTION),
    "interactions.edit": Sweep(GONE, GONE, INTERACTION),
    "interactions.undoing": Sweep(None, GONE),
    "interactions.quick_log": Sweep(
        PAGE, REFUSED, {"text": "telp Orang Kucingrahasia @Kucingrahasian: x", "with": "{stakeholder_id}"}
    ),
    "interactions.preview_quick_log": Sweep(None, PAGE | REFUSED, {"text": "telp Budi: x"}, why="a preview keeps nothing"),
    "interactions.help_quick_log": READ,
    "meetings.index": READ,
    "meetings.show": ONE,
    "meetings.new": Sweep(PAGE, REFUSED, MEETING),
    "meetings.edit": Sweep(GONE, GONE, MEETING),
    "commitments.index": READ,
    "commitments.show": ONE,
    "commitments.new": Sweep(PAGE, REFUSED, COMMITMENT),
    "commitments.edit": Sweep(GONE, GONE, COMMITMENT),
    "commitments.closing": Sweep(None, GONE, {"state": "done"}),
    "commitments.reopening": Sweep(None, GONE),
    "commitments.removal": Sweep(None, GONE),
    # files, mail, search, reports
    "files.show": ONE,
    "mail.index": READ,
    "mail.show": Sweep(GONE, GONE, {"decision": "again"}),
    "mail.eml": ONE,
    "mail.preview": ONE,
    "mail.outbox": READ,
    "mail.list_calls": READ,
    "mail.show_call": ONE,
    "mail.call_eml": ONE,
    "search.index": READ,
    "search.complete": Sweep(PAGE | {400}),
    "search.suggest": READ,
    "reports.coordination": READ,
    "reports.coordination_print": READ,
    "reports.coordination_json": READ,
    "reports.coordination_xlsx": READ,
    "reports.coordination_pdf": READ,
    "reports.figure": READ,
    # what comes in from files and goes out
    "exchange.index": READ,
    "exchange.new": Sweep(PAGE, REFUSED, {"kind": "s:{profile_id}", "office_id": "{office_id}", "year": ""}),
    "exchange.files": ONE,
    "exchange.new_files": Sweep(None, GONE),
    "exchange.file_removal": Sweep(None, GONE),
    "exchange.file_layout": Sweep(None, GONE, {"header_row": "1"}),
    "exchange.kind": Sweep(None, GONE, {"kind": "s:{profile_id}", "year": "", "go": "rows"}),
    "exchange.mapping": Sweep(GONE, GONE, {"remember": "y", "title": "x"}),
    "exchange.planning": Sweep(None, GONE),
    "exchange.show": ONE,
    "exchange.progress": ONE,
    "exchange.run": Sweep(None, GONE),
    "exchange.cancellation": Sweep(None, GONE),
    "exchange.problems": ONE,
    "exchange.undoing": Sweep(GONE, GONE),
    "exchange.profiles": READ,
    "exchange.new_profile": Sweep(None, REFUSED, {"office_id": "{office_id}"}),
    "exchange.profile_file": ONE,
    "exchange.profile_removal": Sweep(None, GONE),
    "exchange.built_in_profile_file": READ,
    "exchange.new_export": Sweep(PAGE, REFUSED, {"format": "xlsx", "purpose": ""}),
    "exchange.new_campaign_export": Sweep(GONE, GONE, {"format": "csv", "purpose": "x"}),
    "exchange.show_export": ONE,
    "exchange.export_file": ONE,
    # segments and who receives
    "segments.index": READ,
    "segments.show": ONE,
    "segments.new": Sweep(PAGE, REFUSED, {"name": "x", "kind": "dynamic", "t.0.condition": "topic", "t.0.f.topic": ""}),
    "segments.edit": Sweep(
        GONE, GONE, {"name": "x", "kind": "dynamic", "t.0.condition": "kind", "t.0.f.kind": "person", "version": "1"}
    ),
    "segments.draft": Sweep(ON),
    "segments.count": Sweep(ON),
    "segments.archival": Sweep(None, GONE),
    "segments.restoration": Sweep(None, GONE),
    "campaigns.index": READ,
    "campaigns.new": Sweep(PAGE, REFUSED, {"design": "none", "bulletin": "{bulletin_id}"}),
    "campaigns.show": ONE,
    "campaigns.edit": ONE,
    "campaigns.draft": Sweep(None, GONE, {"subject": "x", "version": "1", "do": "save"}),
    "campaigns.facts": Sweep(GONE, GONE, {"name": "x", "bulletin": "{bulletin_id}", "version": "1"}),
    "campaigns.removal": Sweep(None, GONE),
    "campaigns.taking_back": Sweep(None, GONE),
    "campaigns.use_again": Sweep(None, GONE),
    "campaigns.preview": ONE,
    "campaigns.test_mail": Sweep(None, GONE),
    "campaigns.list_versions": ONE,
    "campaigns.show_version": ONE,
    "campaigns.restoration": Sweep(None, GONE),
    "campaigns.approval_request": Sweep(None, GONE),
    "campaigns.approval_state": ONE,
    "campaigns.decision": Sweep(None, GONE, {"answer": "yes", "approval": "1"}),
    "campaigns.comment": Sweep(None, GONE, {"text": "x"}),
    "campaigns.attaching": Sweep(None, GONE),
    "campaigns.detaching": Sweep(None, GONE),
    "campaigns.picture": ONE,
    "campaigns.recipients": ONE,
    "campaigns.send": Sweep(GONE, GONE, {"when": "now", "hold": "0", "first": "0"}),
    "campaigns.new_time": Sweep(GONE, GONE, {"when": "now"}),
    "campaigns.pause": Sweep(None, GONE),
    "campaigns.resume": Sweep(None, GONE),
    "campaigns.stop": Sweep(None, GONE),
    "campaigns.pace": Sweep(GONE, GONE, {"rate": "60"}),
    "campaigns.settle_call": Sweep(None, GONE, {"answer": "sent"}),
    "campaigns.results": ONE,
    "campaigns.result_list": ONE,
    "campaigns.result_replies": ONE,
    "campaigns.result_mail": ONE,
    "campaigns.compare": ONE,
    "campaigns.from_site": Sweep(None, GONE),
    "campaigns.site_items": ONE,
    "campaigns.add_site_items": Sweep(None, GONE, {"item": "{item_id}", "version": "1"}),
    "campaigns.promise": ONE,
    "campaigns.soften_promise": Sweep(None, GONE, {"sentence": "x", "version": "1"}),
    "campaigns.attach_promise": Sweep(None, GONE, {"text": "x", "owner": "{user_id}", "due_on": "2026-01-05"}),
    "campaigns.keep_promise": Sweep(None, GONE, {"reason": "x"}),
    "campaigns.take_back_answer": Sweep(None, GONE),
    "campaigns.link_trial": Sweep(None, GONE),
    "campaigns.choose_audience": Sweep(None, GONE, {"bulletin": "0", "segment": "0", "version": "1"}),
    "campaigns.recipient_export": Sweep(GONE, GONE, {"purpose": "x"}),
    "mail.suppressions": READ,
    "mail.new_suppression": Sweep(PAGE, REFUSED, {"email": "", "note": ""}),
    "mail.suppression_lifting": Sweep(GONE, GONE, {"reason": "x"}),
    "mail.suppression_import": Sweep(PAGE, REFUSED, {"note": "x"}),
    "mail.suppression_export": Sweep(PAGE, REFUSED, {"purpose": ""}),
    # bulletins, subscribers, public pages
    "bulletins.index": READ,
    "bulletins.show": ONE,
    "bulletins.site": ONE,
    "bulletins.reading": Sweep(None, GONE),
    "bulletins.new": Sweep(PAGE, REFUSED, {"name": "", "office_id": "{office_id}"}),
    "bulletins.edit": Sweep(GONE, GONE, {"name": "x", "version": "1"}),
    "bulletins.archival": Sweep(None, GONE),
    "bulletins.restoration": Sweep(None, GONE),
    "bulletins.qr_svg": ONE,
    "bulletins.qr_png": ONE,
    "bulletins.subscribers": ONE,
    "bulletins.new_subscriber": Sweep(GONE, GONE, SUBSCRIBER),
    "bulletins.import_subscribers": Sweep(GONE, GONE, {**SUBSCRIBER, "lines": "sari@contoh.id"}),
    "bulletins.subscription": ONE,
    "bulletins.ending": Sweep(GONE, GONE, {"how": "staff"}),
    "bulletins.address": Sweep(GONE, GONE, {"email": "baru@contoh.id"}),
    "bulletins.receipts": ONE,
    "bulletins.receipts_file": Sweep(None, GONE),
    "bulletins.subscription_receipts_file": Sweep(None, GONE),
    "portal.issues": ONE,
    "portal.issue": ONE,
    "portal.feed": ONE,
    "portal.sign_up": Sweep(PAGE | GONE, REFUSED, {"email": "x@contoh.id", "bulletins": "tidak-ada", "consent": "BL-1"}),
    "portal.personal_data": Sweep(PAGE | GONE),
    "portal.widget": ONE,
    "portal.confirm": Sweep(GONE, GONE),
    "portal.preferences": Sweep(GONE, GONE, {"action": "stop"}),
    "portal.read": ONE,
    "portal.unsubscribe": Sweep(GONE, GONE, {"List-Unsubscribe": "One-Click"}),
    # doors for SendGrid: signed, or at an address that nobody can guess
    "mail.take_events": Sweep(None, REFUSED),
    "mail.readiness": READ,
    "mail.check_again": Sweep(None, ON, why="asks the mail service; refused while there is none"),
    "campaigns.readiness": READ,
    "mail.take_mail": Sweep(None, REFUSED),
}

# What else a list is asked for, so that filters and searches are swept too.
QUERIES: dict[str, list[str]] = {
    "search.index": ["q=Kucingrahasia", "q=87654321", "q=Kucing"],
    "search.complete": ["kind=person&q=Kuci", "kind=organization&q=Kuci", "kind=stakeholder&q=Kuci"],
    "search.suggest": ["q=Kuci", "q=Kucingrahasja"],
    "stakeholders.index": ["q=Kucing", "category=partner-agency", "quiet=1", "tier=1"],
    "interactions.index": ["with={stakeholder_id}", "owner={user_id}"],
    "meetings.index": ["with={stakeholder_id}"],
    "commitments.index": ["view=office", "view=office&with={stakeholder_id}", "view=overdue"],
    "activity.index": ["q=Kucing"],
    "mail.suppressions": ["find=Kucing", "reason=manual", "view=lifted"],
    "reports.coordination": ["office={office_id}", "stakeholder={stakeholder_id}"],
    "reports.coordination_json": ["stakeholder={stakeholder_id}"],
    "interactions.new": ["with={stakeholder_id}"],
    "interactions.quick_log": ["with={stakeholder_id}", "text=telp+Kucing+@Kucingrahasian:+x"],
    "meetings.new": ["with={stakeholder_id}"],
    "desk.index": ["view=office"],
    "exchange.new_export": ["owner={user_id}", "q=Kucing"],
}
# Parameters that are no record of the planting office.
VALUES = {
    "purpose": "reset",
    "token": "x" * 43,
    "fact_name": "notes",
    "figure": "engagements",
    "year": 2026,
    "day": "2026-12-25",
    "topic_id": 1,
    "session_id": 1,
    "key": "contacts",
    "secret": "x" * 32,
    "slug": "tidak-ada",
    "code": "SGR",  # offices are known to the public by it
}
