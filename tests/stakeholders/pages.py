"""What a browser would send for a stakeholder, and what is stored of one."""

import re

from crm.core.db import db
from crm.stakeholders import queries
from crm.stakeholders.models import Stakeholder

ORGANIZATION = {"name": "Disdukcapil Kota Sagaramaya", "category": "partner-agency", "owner_id": "0"}
PERSON = {"name": "Suharti", "owner_id": "0"}


def version_and_seen(page):
    """The hidden fields that a browser would send back."""
    return {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text).group(1).replace("&#34;", '"')
        for name in ("version", "seen")
    }


def stored(acting, world, stakeholder_id):
    with acting(world.officer):
        record = db.session.get(Stakeholder, stakeholder_id)
        return queries.details_of(record), record.version
