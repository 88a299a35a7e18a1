"""Bulletins and subscriptions as the services make them."""

from crm.bulletins import service
from crm.bulletins.consents import Consent
from crm.bulletins.models import ConsentChannel, LegalBasis
from crm.bulletins.service import BulletinTerms
from crm.core.clock import now


def make_bulletin(by, name="Kabar Layanan", **terms):
    return service.make_bulletin(BulletinTerms(name, **terms), office_id=by.office_id, by=by)


def on_paper(**fields):
    """A consent that was given on paper just now."""
    values = {
        "basis": LegalBasis.CONSENT,
        "channel": ConsentChannel.PAPER,
        "wording": "Saya setuju dikirimi buletin.",
        "wording_version": "BL-2",
        "given_at": now(),
        "evidence": "map Langganan 2026, lembar 14",
    }
    return Consent(**{**values, **fields})


def subscribe(bulletin, email="sari@contoh.id", **fields):
    return service.subscribe(bulletin, email, fields.pop("consent", None) or on_paper(), **fields)
