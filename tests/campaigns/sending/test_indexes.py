"""Sending writes a row and no index: what each recipient costs depends on it (ADR 0015)."""

import re

import sqlalchemy as sa

from crm.campaigns.models import Delivery, DeliveryState
from crm.campaigns.sending import ranges
from tests.campaigns.sending.office import SYSTEM

WRITTEN = {"state", "accepted_at"}


def _columns_of(index):
    asked = " ".join(str(index.dialect_options[name]["where"]) for name in ("sqlite", "postgresql"))
    return {column.name for column in index.columns} | {name for name in WRITTEN if re.search(rf"\b{name}\b", asked)}


def test_no_index_of_deliveries_holds_or_asks_for_what_sending_writes():
    touched = {index.name: _columns_of(index) & WRITTEN for index in Delivery.__table__.indexes}
    assert not {name: columns for name, columns in touched.items() if columns}


def test_a_settled_call_writes_no_other_column(post):
    campaign_id = post.campaign(3)
    post.send()
    (batch,) = post.batches(campaign_id)
    with post.acting(SYSTEM) as session:
        rows = session.execute(
            sa.select(Delivery.state, Delivery.batch_id, Delivery.reason).where(Delivery.campaign_id == campaign_id)
        )
        assert rows.all() == [(DeliveryState.ACCEPTED, None, "")] * 3
        went = session.scalars(sa.select(Delivery.id).where(*ranges.went_with(batch)))
        assert len(went.all()) == 3


def test_whoever_gets_nothing_has_a_reason(post):
    campaign_id = post.campaign(3)
    with post.acting(SYSTEM) as session:
        for state in (DeliveryState.CANCELLED, DeliveryState.FAILED):
            batch = ranges.planned(campaign_id, "id", size=1)
            some = session.scalars(sa.select(Delivery.id).where(Delivery.campaign_id == campaign_id, ranges.PENDING)).first()
            batch.first_id = batch.last_id = some
            session.add(batch)
            session.flush()
            assert ranges.settle(batch, state) == 1
            assert session.get(Delivery, some, populate_existing=True).reason == state.value
