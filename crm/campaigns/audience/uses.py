"""Which campaigns use a segment: shown on its page."""

from collections.abc import Sequence

import sqlalchemy as sa

from crm.campaigns.models import Campaign
from crm.core.db import db
from crm.segments.uses import Use

MOST = 200


def find(segment_ids: Sequence[int]) -> Sequence[Use]:
    columns = sa.select(Campaign.id, Campaign.name, Campaign.segment_id, Campaign.created_at)
    rows = db.session.execute(columns.where(Campaign.segment_id.in_(segment_ids)).order_by(Campaign.id.desc()).limit(MOST))
    return [Use(row.segment_id, row.name, row.created_at, "campaigns.show", {"campaign_id": row.id}) for row in rows]
