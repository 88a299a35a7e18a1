"""What can be asked about bulletins: who gets which."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm

from crm.bulletins.models import Bulletin, Subscription, SubscriptionState
from crm.core.db import db
from crm.stakeholders.asking import Asked, Condition, RecordField

MOST = 200


def _subscribed(_who: Any, values: Mapping[str, Any], _asked: Asked) -> sa.Select[*tuple[Any, ...]]:
    sub = orm.aliased(Subscription, name="sub")
    active = (sub.bulletin_id == values["bulletin"], sub.state == SubscriptionState.ACTIVE)
    return sa.select(sub.stakeholder_id).where(sub.stakeholder_id.is_not(None), *active)


def _bulletins() -> list[tuple[int, str]]:
    shown = sa.select(Bulletin.id, Bulletin.name).where(Bulletin.archived_at.is_(None)).order_by(Bulletin.name, Bulletin.id)
    return [(row.id, row.name) for row in db.session.execute(shown.limit(MOST))]


CONDITIONS = (
    Condition(
        "subscribed",
        _l("Subscribes to"),
        _l("Mail from us"),
        [RecordField("bulletin", _l("Bulletin"), find=_bulletins)],
        _subscribed,
    ),
)
