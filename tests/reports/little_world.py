"""A little world of one office, its local unit and its sister, counted by hand in test_report.py.

The period is week 47 of 2026, Monday 16 to Sunday 22 November; today is Tuesday 24 November. SGR is in WIB (UTC+7).
"""

from dataclasses import dataclass

from tests.reports.factories import commitment, engagement, organization, person, topic
from tests.world import World


@dataclass
class Planted:
    disduk: int
    radio: int
    forum: int
    kampus: int
    shared: int
    budi: int
    sari: int
    wagiman: int
    data: int
    paspor: int
    overdue_ours: int
    overdue_theirs: int


def plant(world: World) -> Planted:
    sgr, lounge, sister = world.sgr, world.sgr_lng, world.wnm
    disduk = organization(sgr, "Disdukcapil", tier=1)  # contact each 30 days
    radio = organization(sgr, "Radio Gema", "media", tier=1)
    forum = organization(sgr, "Forum Pekerja Migran", "community-group", tier=2)  # each 91 days
    kampus = organization(lounge, "Kampus Sagara", "academia", tier=3)  # each 365 days
    shared = organization(sister, "Kementerian Bersama", is_shared=True)
    budi = person(sgr, "Budi", tier=1)
    sari = person(sgr, "Sari")
    wagiman = person(lounge, "Pak Tarjo")
    hidden = organization(sister, "Rahasia Wanamaya", "media", tier=1)
    data, paspor = topic("data WNA"), topic("paspor")
    me, mate = world.officer.id, world.colleague.id

    # The week itself: seven engagements of SGR and one of its local unit.
    engagement(sgr, "2026-11-16", (budi, disduk), (sari, disduk), owner=me, topics=(data, paspor))
    engagement(sgr, "2026-11-18", disduk, form="visit", owner=me, topics=(data,))
    engagement(sgr, "2026-11-22", shared, form="visit", owner=mate)
    engagement(sgr, "2026-11-17", (budi, None), form="whatsapp", role="R2", owner=me)
    engagement(sgr, "2026-11-20", forum, (sari, None, "host"), form="meeting", role="R1", owner=mate, topics=(data,))
    engagement(sgr, "2026-11-16", radio, form="instagram", role="R1", precision="week", owner=me)
    engagement(sgr, "2026-11-19", (sari, forum), form="meeting", owner=None)
    engagement(lounge, "2026-11-21", (wagiman, kampus), form="call", owner=world.local_officer.id, topics=(paspor,))
    # The week before: two of SGR. Around both: the edges, other offices, no date, the future.
    engagement(sgr, "2026-11-15", (budi, disduk), topics=(data,))
    engagement(sgr, "2026-11-09", radio, form="meeting")
    engagement(sgr, "2026-11-08", radio)
    engagement(sgr, "2026-11-23", radio)
    engagement(sgr, "2026-12-01", forum)
    engagement(sgr, None, disduk)
    engagement(sgr, None, (sari, None))
    engagement(sister, "2026-11-18", hidden, shared)
    engagement(lounge, "2025-06-01", kampus)

    # Ours: open 3 (one past its due date on Sunday), kept 2, late 1, broken 1. Theirs: open 1 (overdue), kept 1, withdrawn 1.
    overdue_ours = commitment(sgr, "ours", "2026-11-19", text="Kirim data kedatangan", organization_id=disduk, owner_id=me)
    commitment(sgr, "ours", "2026-11-22")
    commitment(sgr, "ours", "2026-11-20", done="2026-11-23")  # done after the week: in it still open, and overdue
    commitment(sgr, "ours", "2026-11-18", done="2026-11-18", closed_by_id=me)
    commitment(sgr, "ours", None, done="2026-11-16", closed_by_id=me)
    commitment(sgr, "ours", "2026-11-10", done="2026-11-17", closed_by_id=mate)
    commitment(sgr, "ours", "2026-11-10", ended=("broken", "2026-11-15 17:00"))  # 00.00 WIB on Monday: in the week
    overdue_theirs = commitment(lounge, "theirs", "2026-11-10", text="Daftar tamu", stakeholder_id=wagiman)
    commitment(sgr, "theirs", "2026-11-30", done="2026-11-22", closed_by_id=me)
    commitment(sgr, "theirs", "2026-11-01", ended=("withdrawn", "2026-11-22 16:59"))  # 23.59 WIB on Sunday: in the week
    # The week before: kept 1, broken 1. Not at all: made later, another office, closed later.
    commitment(sgr, "ours", "2026-11-15", done="2026-11-15")
    commitment(sgr, "ours", "2026-11-10", ended=("broken", "2026-11-15 16:59"))
    commitment(sgr, "ours", "2026-11-25", made="2026-11-23")
    commitment(sister, "ours", "2026-11-01")
    return Planted(disduk, radio, forum, kampus, shared, budi, sari, wagiman, data, paspor, overdue_ours, overdue_theirs)
