"""What can be asked about campaigns: who was sent one, and what they did with it. Only what people did counts, never what machines did."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm

from crm.campaigns.models import Campaign, Delivery
from crm.core.db import db
from crm.stakeholders.asking import Asked, Build, Condition, NumberField, RecordField

Values = Mapping[str, Any]
Ids = sa.Select[*tuple[Any, ...]]
MOST = 200


def _did(moment: str) -> Build:
    def build(_who: Any, values: Values, asked: Asked) -> Ids:
        sent = orm.aliased(Delivery, name="sent")
        at = getattr(sent, moment)
        ids = sa.select(sent.stakeholder_id).where(sent.stakeholder_id.is_not(None), at.is_not(None))
        if values.get("campaign"):
            ids = ids.where(sent.campaign_id == values["campaign"])
        if values.get("days"):
            ids = ids.where(at >= asked.now - dt.timedelta(days=values["days"]))
        return ids

    return build


def _passed_over(_who: Any, values: Values, _asked: Asked) -> Ids:
    """Was sent at least one of the last so many campaigns of the office, and clicked in none of them."""
    campaign, sent = orm.aliased(Campaign, name="last"), orm.aliased(Delivery, name="sent")
    started = sa.select(campaign.id).where(campaign.started_at.is_not(None))
    last = started.order_by(campaign.started_at.desc(), campaign.id.desc()).limit(values["number"]).subquery("last_ones")
    ids = sa.select(sent.stakeholder_id).where(sent.stakeholder_id.is_not(None), sent.accepted_at.is_not(None))
    ids = ids.where(sent.campaign_id.in_(sa.select(last.c.id)))
    return ids.group_by(sent.stakeholder_id).having(sa.func.count(sent.clicked_at) == 0)


def _sent_ones() -> list[tuple[int, str]]:
    shown = sa.select(Campaign.id, Campaign.name).where(Campaign.started_at.is_not(None))
    return [(row.id, row.name) for row in db.session.execute(shown.order_by(Campaign.started_at.desc()).limit(MOST))]


_GROUP = _l("Mail from us")
_FIELDS = [
    RecordField("campaign", _l("Campaign"), is_optional=True, find=_sent_ones),
    NumberField("days", _l("In the last so many days"), is_optional=True),
]

CONDITIONS = (
    Condition("was-sent", _l("Was sent a campaign"), _GROUP, _FIELDS, _did("accepted_at")),
    Condition("clicked", _l("Clicked in a campaign"), _GROUP, _FIELDS, _did("clicked_at")),
    Condition("replied", _l("Replied to a campaign"), _GROUP, _FIELDS, _did("replied_at")),
    Condition("bounced", _l("A campaign bounced"), _GROUP, _FIELDS, _did("bounced_at")),
    Condition(
        "passed-over",
        _l("Clicked in none of the last"),
        _GROUP,
        [NumberField("number", _l("Campaigns"), most=50)],
        _passed_over,
    ),
)
