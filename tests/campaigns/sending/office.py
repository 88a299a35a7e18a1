"""Campaigns that are ready to go, and what became of them: plain functions around the tables."""

import json
from collections import Counter

import sqlalchemy as sa

from crm.campaigns.models import Batch, BatchState, Campaign, CampaignContent, CampaignState, Delivery, DeliveryState
from crm.campaigns.sending import courier, jobs, resolving
from crm.core import clock as clocks
from crm.core import scope as scopes
from crm.core.db import bulk_insert
from crm.mail import gateway
from crm.mail.hooks import draining
from crm.mail.models import HookPost, PostKind
from tests.campaigns.factories import make_bulletin, make_campaign, make_content, make_subscription

SYSTEM = scopes.system_scope("tests of sending")
SUBJECT = "Kabar untuk -kabc.name.t-"
TAGS = {
    "-kabc.name.t-": "name.t|Bapak/Ibu",
    "-kabc.name.h-": "name.h|Bapak/Ibu",
    "-kabc.unsubscribe_url.h-": "unsubscribe_url.h|",
}
VARIANTS = {
    "id": {
        "subject": SUBJECT,
        "preheader": "",
        "html": '<p>Yth. -kabc.name.h-</p><a href="-kabc.unsubscribe_url.h-">Berhenti</a>',
        "text": "Yth. -kabc.name.t-",
    },
    "en": {"subject": "News", "preheader": "", "html": "<p>Dear -kabc.name.h-</p>", "text": "Dear -kabc.name.t-"},
}


class PostOffice:
    def __init__(self, app, world, acting, sendgrid, clock):
        self.app, self.world, self.acting, self.sendgrid, self.clock = app, world, acting, sendgrid, clock

    def campaign(self, count=25, *, bulletin=None, subscriptions=(), variants=None, tags=None, by=None, start=0, **fields):
        """A running campaign with so many deliveries that wait."""
        with self.acting(SYSTEM):
            content = make_content(self.world.sgr, variants=variants or VARIANTS, tags=tags or TAGS)
            values = {"state": CampaignState.RUNNING, "content": content, "bulletin": bulletin, **fields}
            campaign = make_campaign(self.world.sgr, by=by or self.world.manager, **values)
            self.deliveries(campaign, count, start=start)
            return campaign.id

    def deliveries(self, campaign, count, *, start=0, **fields):
        rows = [
            {"email": f"orang{n}@dinas.example", "name": f"Orang {n}", "values": {}, "reason": "", **fields}
            for n in range(start, start + count)
        ]
        return bulk_insert(
            Delivery, rows, {"campaign_id": campaign.id, "state": DeliveryState.PENDING, "variant": fields.get("variant", "id")}
        )

    def bulletin_campaign(self, emails, **fields):
        """A running campaign of a bulletin: one subscription and one delivery an address."""
        with self.acting(SYSTEM):
            bulletin = make_bulletin(self.world.sgr, **fields.pop("bulletin_fields", {}))
            subscriptions = [make_subscription(bulletin, email) for email in emails]
            content = make_content(self.world.sgr, variants=VARIANTS, tags=TAGS)
            campaign = make_campaign(
                self.world.sgr,
                state=CampaignState.RUNNING,
                content=content,
                bulletin=bulletin,
                by=self.world.manager,
                **fields,
            )
            rows = [
                {"email": one.email, "name": one.email, "subscription_id": one.id, "values": {}, "reason": ""}
                for one in subscriptions
            ]
            same = {"campaign_id": campaign.id, "state": DeliveryState.PENDING, "variant": "id"}
            bulk_insert(Delivery, rows, same)
            return campaign.id, [one.id for one in subscriptions]

    def send(self):
        """What the worker does when it is woken."""
        with self.app.app_context():
            jobs.send_now()

    def tend(self):
        """What the worker does each minute."""
        with self.app.app_context():
            jobs.tend(scope=SYSTEM)

    def courier(self):
        return courier.Courier(gateway.transport())

    def minutes(self, count, step=1):
        """So many minutes pass, with the worker awake."""
        for _minute in range(0, count, step):
            self.clock.forward(minutes=step)
            self.tend()

    def events(self, *, kinds=("processed", "delivered")):
        """SendGrid posts the events of what it accepted, and they are read."""
        self.post_events(self.sendgrid.new_events(kinds))

    def post_events(self, events):
        with self.acting(SYSTEM) as session:
            body = json.dumps(events).encode()
            session.add(HookPost(kind=PostKind.EVENTS, received_at=self.now(), content_type="application/json", body=body))
        with self.app.app_context():
            draining.drain()
        with self.acting(SYSTEM):
            resolving.settle_by_events({event.get("c_bid", "") for event in events})

    def now(self):
        return clocks.now()

    def stretch(self, campaign_id, email):
        """Give somebody a name of twelve thousand bytes."""
        with self.acting(SYSTEM) as session:
            row = session.scalars(sa.select(Delivery).where(Delivery.campaign_id == campaign_id, Delivery.email == email)).one()
            row.values = {"name": "panjang " * 1500, "organization": "x"}
            content = session.get(CampaignContent, session.get(Campaign, campaign_id).content_id)
            content.tags = {**content.tags, "-kabc.organization.t-": "organization.t|"}
            variants = {
                key: {**texts, "text": texts["text"] + " -kabc.organization.t-"} for key, texts in content.variants.items()
            }
            content.variants = variants

    def get(self, campaign_id):
        with self.acting(SYSTEM) as session:
            return session.get(Campaign, campaign_id)

    def states(self, campaign_id):
        """How many deliveries stand where."""
        with self.acting(SYSTEM) as session:
            rows = sa.select(Delivery.state, sa.func.count()).where(Delivery.campaign_id == campaign_id).group_by(Delivery.state)
            return {state.value: count for state, count in session.execute(rows)}

    def reasons(self, campaign_id):
        with self.acting(SYSTEM) as session:
            rows = sa.select(Delivery.email, Delivery.reason).where(Delivery.campaign_id == campaign_id, Delivery.reason != "")
            return dict(session.execute(rows).all())

    def batches(self, campaign_id, state=None):
        with self.acting(SYSTEM) as session:
            found = sa.select(Batch).where(Batch.campaign_id == campaign_id).order_by(Batch.id)
            return [batch for batch in session.scalars(found) if state is None or batch.state is state]

    def doubts(self, campaign_id):
        return self.batches(campaign_id, BatchState.IN_DOUBT)

    def leases_end(self):
        """As if so much time had passed on the database's own clock."""
        with self.acting(SYSTEM) as session:
            session.execute(sa.update(Batch).values(lease_until=self.now().replace(year=2020)))

    def once_each(self, count, start=0):
        """Whether exactly these people have the mail, each once."""
        wanted = Counter({f"orang{n}@dinas.example": 1 for n in range(start, start + count)})
        return Counter({email: n for email, n in self.sendgrid.people.items() if email.startswith("orang") and n}) == wanted

    def assert_whole(self, campaign_id, count):
        """Everybody was accepted, the campaign is finished, and each person got it once."""
        assert self.states(campaign_id) == {"accepted": count}
        assert self.get(campaign_id).state is CampaignState.FINISHED
        assert self.once_each(count)
