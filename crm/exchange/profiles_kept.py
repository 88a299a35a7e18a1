"""The kinds of list that an office keeps: saved, checked each time, and removed."""

import re
import secrets

from crm.accounts.models import User
from crm.activity import service as activity
from crm.core.clock import now
from crm.core.db import db
from crm.core.text import fold
from crm.exchange import queries
from crm.exchange.models import SavedProfile
from crm.exchange.profile import Profile
from crm.exchange.profile_format import built_in_profiles, parse_profile, profile_text


def checked(profile: Profile) -> Profile:
    """The profile as it will be read from its text. Raises Refusal for one that could not be."""
    return parse_profile(profile_text(profile))


def key_for(title: str) -> str:
    """A key of its own for a new kind of list, readable and never that of another one."""
    words = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:40].strip("-")
    return f"{words or 'list'}-{secrets.token_hex(3)}"


def save_profile(profile: Profile, *, office_id: int, title: str, by: User) -> SavedProfile:
    """Save a kind of list of an office; one with the same key gets the new text."""
    text = profile_text(checked(profile))
    saved = queries.saved_profile_with_key(office_id, profile.key)
    if saved is None:
        saved = SavedProfile(office_id=office_id, key=profile.key, title=title[:150], body=text, updated_at=now())
        db.session.add(saved)
    saved.title, saved.body, saved.updated_at, saved.updated_by_id = title[:150], text, now(), by.id
    db.session.flush()
    activity.record(
        "import-profile-saved", ("import-profile", saved.id), by=by, office_id=office_id, name=saved.title, key=saved.key
    )
    return saved


def remove_profile(saved: SavedProfile, *, by: User) -> None:
    """Imports that used it keep their own copy."""
    activity.record(
        "import-profile-removed", ("import-profile", saved.id), by=by, office_id=saved.office_id, name=saved.title, key=saved.key
    )
    db.session.delete(saved)


def is_built_in(key: str) -> bool:
    return key in built_in_profiles()
