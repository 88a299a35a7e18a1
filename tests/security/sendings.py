"""For every route that takes a POST: a form that it accepts, as its own page would send it, so that an attack differs in one thing only."""

import io
import re
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from crm.campaigns.models import Campaign
from crm.core import transaction
from crm.core.db import db
from crm.exchange.profile_format import load_built_in, profile_text
from tests.security.office import SYSTEM, address_of, addresses
from tests.security.pages import SentForm, walk

CSV = b"Nama,Instansi\nWayan Kirim,Dinas Kirim\n"
PROFILE = profile_text(load_built_in("contacts")).replace('"key": "contacts"', '"key": "kiriman"').encode()
GOOD = "kereta malam lewat pelan"

CONSENT = {
    "basis": "consent",
    "channel": "paper",
    "given_on": "2026-01-05",
    "wording": "Saya setuju.",
    "wording_version": "BL-1",
    "evidence": "map 3",
}
# What must be filled in, or differ, before a form of the planted office is accepted. Everything else stands on the page.
FILLED: dict[str, dict[str, Any]] = {
    "accounts.change_password": {"current_password": "laut biru tenang sekali", "new_password": GOOD, "repeat_password": GOOD},
    "accounts.set_preferences": {"density": "compact"},
    "accounts.new_user": {"email": "baru@kanim.example", "name": "Orang Baru", "role": "viewer"},
    "accounts.choose_office": {"office_id": "{office_id}"},
    "accounts.sign_in": {"email": "officer@kanim.example", "password": "laut biru tenang sekali"},
    "accounts.forgotten_password": {"email": "officer@kanim.example"},
    "commitments.new": {"text": "Kirim berkas"},
    "commitments.edit": {"text": "Kirim berkas lagi"},
    "interactions.new": {"summary": "Bertemu", "participants-0-who": "Orang Kucingrahasia"},
    "interactions.edit": {"summary": "Bertemu lagi"},
    "interactions.quick_log": {"text": "telp Orang Kucingrahasia: data"},
    "interactions.preview_quick_log": {"text": "telp Orang Kucingrahasia: data"},
    "meetings.new": {"title": "Rapat", "on": "2026-01-05"},
    "meetings.edit": {"title": "Rapat lain"},
    "offices.new_office": {"code": "BARU", "name": "Kantor Baru"},
    "offices.edit_office": {"name": "Kanim Lain"},
    "offices.edit_letterhead": {"name": "Kanim Lain"},
    "offices.list_holidays": {"day": "2026-12-25", "name": "Natal"},
    "stakeholders.new_organization": {"name": "Dinas Baru", "category": "media"},
    "stakeholders.new_person": {"name": "Sutisna Baru"},
    "stakeholders.edit": {"note": "berganti"},
    "stakeholders.new_relationship": {"other": "Orang Kucingrahasia", "kind": "member-of"},
    "stakeholders.topics": {"name": "topik baru"},
    "stakeholders.edit_topic": {"name": "topik lain"},
    "stakeholders.selection_topic": {"ids": "{stakeholder_id}", "step": "save", "topic": "pilihan"},
    "stakeholders.selection_archival": {"ids": "{stakeholder_id}"},
    "stakeholders.selection_restoration": {"ids": "{stakeholder_id}"},
    "stakeholders.selection_topic_removal": {"ids": "{stakeholder_id}"},
    "bulletins.new": {"name": "Buletin Baru"},
    "bulletins.edit": {"name": "Buletin Lain"},
    "bulletins.new_subscriber": {"email": "sari@contoh.id", **CONSENT},
    "bulletins.import_subscribers": {"lines": "budi@contoh.id", **CONSENT},
    "bulletins.ending": {"how": "staff"},
    "bulletins.address": {"email": "pindah@contoh.id"},
    "mail.new_suppression": {"email": "jangan@contoh.id", "note": "lewat telepon"},
    "mail.suppression_lifting": {"reason": "salah orang"},
    "mail.suppression_import": {"file": (b"email\nimpor@contoh.id\n", "daftar.csv"), "note": "dari kantor lama"},
    "mail.suppression_export": {"purpose": "rapat"},
    "commitments.closing": {"state": "done"},
    "mail.show": {"decision": "again"},
    "exchange.new": {"files": (CSV, "kirim.csv")},
    "exchange.new_files": {"files": (CSV, "kirim.csv")},
    "exchange.new_profile": {"files": (PROFILE, "kiriman.json")},
    "exchange.new_export": {"purpose": "rapat"},
    "exchange.new_campaign_export": {"purpose": "rapat"},
    "campaigns.new": {"design": "press"},
    "campaigns.comment": {"text": "Tambahkan peta"},
    "campaigns.facts": {"name": "Surel Lain"},
    "campaigns.recipient_export": {"purpose": "rapat"},
    "campaigns.add_site_items": {"item": "{item_id}"},
    "campaigns.settle_call": {"answer": "sent"},
    "segments.new": {"name": "Segmen Baru", "t.0.condition": "works-at", "t.0.f.organization": "Dinas"},
}
FIRST = (
    "offices.list_holidays",
    "commitments.edit",
    "exchange.mapping",
    "stakeholders.edit",
    "accounts.edit_user",
    "bulletins.edit",
    "segments.edit",
)  # before others make them old or take them away
LAST = (
    "accounts.end_other_sessions",
    "accounts.change_password",
    "accounts.signing_out",
    "accounts.sign_out",
)  # they end sessions


@dataclass
class Sending:
    endpoint: str
    url: str
    fields: dict[str, Any] = field(default_factory=dict)
    names: frozenset[str] = frozenset()  # of all fields that the form has on its page

    def of_now(self, app: Any) -> "Sending":
        """With the version that a draft has now: several forms stand on its pages, and each that is accepted makes the others old."""
        if "version" not in self.fields or not (found := re.match(r"/campaigns/(\d+)/", self.url)):
            return self
        with app.app_context(), transaction.unit(SYSTEM):
            version = db.session.scalar(sa.select(Campaign.version).where(Campaign.id == int(found.group(1))))
        return replace(self, fields={**self.fields, "version": str(version)})

    def data(self, **more: Any) -> dict[str, Any]:
        """Ready for the test client; files get a fresh stream each time."""
        filled = {**self.fields, **more}
        return {name: (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value for name, value in filled.items()}


def sendings(browser, stranger, ids) -> list[Sending]:
    """One for each route: from a form that stands on a page of this browser or of a stranger, else made of what the route needs."""
    app = browser.app
    forms = {**walk(stranger, ["/sign-in", "/forgotten-password"]).forms, **walk(browser, addresses(app, ids)).forms}
    found = [_sending(rule, ids, forms.get(rule.endpoint)) for rule in app.url_map.iter_rules() if "POST" in rule.methods]
    return sorted(found, key=lambda one: (_turn(one.endpoint), one.url))


def _turn(endpoint: str) -> int:
    return -1 if endpoint in FIRST else LAST.index(endpoint) + 1 if endpoint in LAST else 0


def _sending(rule, ids, form: SentForm | None) -> Sending:
    filled = {
        name: value.format(**ids) if isinstance(value, str) else value for name, value in FILLED.get(rule.endpoint, {}).items()
    }
    if form is None:
        return Sending(rule.endpoint, address_of(rule, ids), filled)
    kept = {name: value for name, value in form.fields.items() if name not in {"csrf_token", "form_key", "check", ""}}
    parts = urlsplit(form.action)
    return Sending(
        rule.endpoint, parts.path + (f"?{parts.query}" if parts.query else ""), {**kept, **filled}, frozenset(form.names)
    )
