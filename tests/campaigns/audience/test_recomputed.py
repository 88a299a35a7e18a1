"""A little world drawn by lot: the databases give each the reason that plain Python gives, worked out from the same draw."""

import random
from collections import Counter

import pytest
from flask import current_app

from crm.campaigns import audience
from crm.campaigns.models import CampaignKind, CampaignState, Exclusion
from crm.core.clock import now
from crm.mail.models import SuppressionReason
from tests.campaigns.audience.test_queries import PEOPLE, agree, listed, suppress
from tests.campaigns.factories import SENT, make_campaign, make_delivery, make_segment
from tests.stakeholders.factories import make_contact, make_person

# Few beginnings and few addresses, so that many are shared; of other letters than ours too, which databases sort each in its own way.
BOXES = ("humas", "humas-2", "hum", "rédaksi", "redaksi", "zaki", "noreply", "root", "dua kata", "x")
EMAILS = [f"{box}@{host}" for box in BOXES for host in ("a.example", "b.example", "tanpatitik")]
GRAVEST_FIRST = (
    SuppressionReason.COMPLAINED,
    SuppressionReason.UNSUBSCRIBED,
    SuppressionReason.BOUNCED,
    SuppressionReason.MANUAL,
)
SHOWN: dict[SuppressionReason, Exclusion] = dict(
    zip(GRAVEST_FIRST, (Exclusion.COMPLAINED, Exclusion.UNSUBSCRIBED, Exclusion.BOUNCED, Exclusion.SUPPRESSED), strict=True)
)
PEOPLE_OF_LOT = 60


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_has_the_reason_that_plain_python_gives(world, acting, clock, seed):
    clock.freeze("2026-11-24 09:00")
    lot = random.Random(seed)
    with acting(world.manager):
        refused = {email: set(lot.sample(GRAVEST_FIRST, lot.randint(1, 2))) for email in lot.sample(EMAILS, 6)}
        for email, reasons in refused.items():
            for reason in reasons:
                suppress(email, reason)
    with acting(world.officer):
        had = _sent(world.sgr, lot)
        everybody = [_drawn(world.sgr, lot, number) for number in range(PEOPLE_OF_LOT)]
        campaign = make_campaign(world.sgr, segment_id=make_segment(world.sgr, tree=PEOPLE).id)
        expected, taken = {}, set()
        for name, is_silent, addresses in everybody:
            email = next((email for _place, email, is_private in sorted(addresses) if not is_private), "")
            expected[name] = _why(email, is_silent, refused, had, taken)
            if expected[name] is None:
                taken.add(email)
        assert listed(campaign) == expected
        assert agree(campaign) == dict(Counter(expected.values()))
        assert audience.digest(campaign)[1] == len(taken)
        assert len(set(expected.values())) >= 6  # the draw is worth something


def _sent(office, lot):
    """What each address had of this kind lately: of several campaigns whose deliveries are of other campaigns' neighbours."""
    had = Counter()
    for number in range(current_app.config["FATIGUE_LIMITS"]["notice"] + 1):
        campaign = make_campaign(
            office, f"Kabar {number}", kind=CampaignKind.NOTICE, state=CampaignState.FINISHED, finished_at=SENT
        )
        for email in lot.sample(EMAILS, 20):
            make_delivery(campaign, email, accepted_at=SENT)
            had[email] += 1
        make_campaign(office, f"Kosong {number}", kind=CampaignKind.NOTICE, state=CampaignState.FINISHED, finished_at=SENT)
    return had


def _drawn(office, lot, number):
    is_silent = lot.random() < 0.08
    made = make_person(office, f"Orang {number}", **({"do_not_contact_at": now()} if is_silent else {}))
    addresses = []
    for place in lot.sample(range(5), lot.choice((0, 1, 1, 2))):
        email, is_private = lot.choice(EMAILS), lot.random() < 0.2
        make_contact(made, email, position=place, is_private=is_private)
        addresses.append((place, email, is_private))
    return made.name, is_silent, addresses


def _why(email, is_silent, refused, had, taken):
    local, _at, host = email.partition("@")
    if is_silent:
        return Exclusion.DO_NOT_CONTACT
    if not email:
        return Exclusion.NO_ADDRESS
    if " " in email or "." not in host:
        return Exclusion.INVALID
    if local in {"noreply", "root"}:
        return Exclusion.ROLE_ADDRESS
    if email in refused:
        return SHOWN[next(reason for reason in GRAVEST_FIRST if reason in refused[email])]
    if had[email] >= current_app.config["FATIGUE_LIMITS"]["notice"]:
        return Exclusion.FATIGUE
    return Exclusion.DUPLICATE if email in taken else None
