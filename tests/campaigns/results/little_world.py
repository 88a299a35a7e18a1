"""One bulletin of SGR and what became of it, counted by hand below. Seconds after SENT; nothing here is derived.

On the list: 20. Left out 5: no consent 2, came back before 1, same address 1, had enough 1. In doubt 2. Not sent 1. Refused 1.
Sent 11 (a to k); f and g came back, h was held back, i is still being tried, j has no news: arrived are a, b, c, d, e, k.

    a  opened, clicked links 0 and 1           surely a person
    b  machine opened, machine clicked 0, then clicked 0 by a person      perhaps
    c  machine opened and clicked all three    only a machine
    d  opened                                  surely a person
    e  opened, and by a machine                perhaps
    k  nothing; marked as spam, unsubscribed, replied
"""

from dataclasses import dataclass

from crm.bulletins.models import Bulletin
from crm.campaigns.models import BatchState, Campaign, CampaignState, DeliveryState, Exclusion
from crm.stakeholders.models import ContactKind, Person
from tests.campaigns.factories import (
    count_anew,
    make_batch,
    make_bulletin,
    make_campaign,
    make_click,
    make_delivery,
    make_reply,
    make_skipped,
)
from tests.stakeholders.factories import make_contact, make_person
from tests.world import World

# Every measure, counted by hand from the table above.
COUNTED = {
    "target": 20, "skipped": 5, "failed": 1, "cancelled": 0, "pending": 3, "accepted": 11, "in-doubt": 2,
    "delivered": 6, "deferred": 1, "silent": 1, "bounced": 2, "hard-bounced": 1, "soft-bounced": 1, "dropped": 1,
    "complained": 1, "unsubscribed": 1, "replied": 1,
    "read": 4, "surely-read": 2, "maybe-read": 2, "machine-read": 1,
    "clicked": 2, "surely-clicked": 1, "maybe-clicked": 1, "machine-clicked": 1,
}  # fmt: skip


@dataclass
class Planted:
    campaign: Campaign
    bulletin: Bulletin
    budi: Person
    sari: Person
    first: int  # the delivery of a


def plant(world: World, *, state: CampaignState = CampaignState.FINISHED) -> Planted:
    bulletin = make_bulletin(world.sgr, records_opens=True)
    campaign = make_campaign(world.sgr, bulletin=bulletin, state=state)
    budi, sari = make_person(world.sgr, "Budi Santoso"), make_person(world.sgr, "Sari Dewi")
    make_contact(budi, "+6281234567890", ContactKind.PHONE)
    make_contact(budi, "+6281199999999", ContactKind.PHONE, is_private=True)

    a = make_delivery(campaign, "a@kanan.example", sari, delivered=2, opened=60, clicked=90, click_count=2)
    b = make_delivery(
        campaign, "b@kanan.example", delivered=4, machine_opened=5, machine_clicked=6, clicked=5 * 3600, click_count=2
    )
    c = make_delivery(campaign, "c@kiri.example", delivered=6, machine_opened=7, machine_clicked=8, click_count=3)
    make_delivery(campaign, "d@kiri.example", delivered=8, opened=100)
    make_delivery(campaign, "e@kiri.example", delivered=10, opened=100, machine_opened=11)
    make_delivery(campaign, "f@kiri.example", budi, bounced=30, is_hard_bounce=True, reason="550 5.1.1 tidak dikenal")
    make_delivery(campaign, "g@tengah.example", bounced=40)
    make_delivery(campaign, "h@tengah.example", dropped=1)
    make_delivery(campaign, "i@tengah.example", deferred=20)
    make_delivery(campaign, "j@tengah.example")
    k = make_delivery(campaign, "k@atas.example", sari, delivered=600, complained=900, unsubscribed=950, replied=3600)
    make_delivery(campaign, "l@atas.example", state=DeliveryState.FAILED, reason="invalid-address")
    doubtful = [make_delivery(campaign, f"{name}@ragu.example", state=DeliveryState.PENDING) for name in ("m", "n")]
    make_delivery(campaign, "o@tunggu.example", state=DeliveryState.PENDING)
    make_skipped(campaign, "p@x.example", Exclusion.NO_CONSENT)
    make_skipped(campaign, "q@x.example", Exclusion.NO_CONSENT)
    make_skipped(campaign, "r@x.example", Exclusion.BOUNCED)
    make_skipped(campaign, None, Exclusion.DUPLICATE)
    make_skipped(campaign, "t@x.example", Exclusion.FATIGUE)

    for link_no in (0, 1):
        make_click(a, link_no, 90 + link_no)
    make_click(a, 0, 200)  # again: counted once
    make_click(b, 0, 6, machine=True)
    make_click(b, 0, 5 * 3600)
    for link_no in (0, 1, 2):
        make_click(c, link_no, 8, machine=True)
    make_reply(k)
    make_batch(campaign, 11, first_id=a.id, last_id=k.id)
    make_batch(campaign, 2, state=BatchState.IN_DOUBT, first_id=doubtful[0].id, last_id=doubtful[1].id)
    count_anew(campaign)
    return Planted(campaign, bulletin, budi, sari, a.id)
