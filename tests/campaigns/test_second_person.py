"""Who is the second person: neither who asked nor who changed anything that is approved since somebody last approved it."""

import io
import re

import pytest

from crm.accounts.models import User
from crm.campaigns import approval, queries, second_person, service
from crm.campaigns.approval import OwnApproval
from crm.campaigns.audience import service as audiences
from crm.campaigns.models import Campaign, CampaignApproval
from crm.campaigns.second_person import Bar
from crm.campaigns.writing import blocks
from crm.desk import campaigns as desk
from crm.files.models import StoredFile
from crm.segments import service as segments
from crm.segments.models import Segment
from tests.campaigns.factories import make_bulletin, make_segment, make_subscription
from tests.campaigns.writing.drafts import draft, one_of_each


@pytest.fixture
def campaign(world, acting):
    with acting(world.officer):
        bulletin = make_bulletin(world.sgr)
        make_subscription(bulletin, "budi@kantor.example")
        return service.create_campaign(
            draft(*one_of_each()), name="Kabar", kind="bulletin", office_id=world.sgr.id, by=world.officer, bulletin=bulletin
        ).id


def write(acting, campaign_id, who, words, *, by_hand=False):
    with acting(who) as session:
        row = session.get(Campaign, campaign_id)
        part = {**row.draft["languages"]["id"], "preheader": words}
        new = {**row.draft, "languages": {**row.draft["languages"], "id": part}}
        service.save_draft(row, new, seen_version=row.version, by=who, by_hand=by_hand)


def ask(acting, campaign_id, who):
    with acting(who) as session:
        return approval.ask(session.get(Campaign, campaign_id), by=who).id


def decide(acting, asked, who, *, yes=True):
    with acting(who) as session:
        approval.decide(session.get(CampaignApproval, asked), yes=yes, note="" if yes else "Belum", by=who)


def why_not(acting, asked, who):
    with pytest.raises(OwnApproval) as refused:
        decide(acting, asked, who)
    return refused.value.why


@pytest.mark.parametrize("by_hand", [True, False])
def test_who_changed_the_draft_of_another_can_not_approve_it(world, acting, campaign, by_hand):
    write(acting, campaign, world.manager, "Satu kata", by_hand=by_hand)
    asked = ask(acting, campaign, world.officer)
    assert why_not(acting, asked, world.manager) is Bar.WROTE
    decide(acting, asked, world.admin)


def test_a_change_is_theirs_also_when_the_author_saved_after_them(world, acting, campaign):
    write(acting, campaign, world.manager, "Satu kata")
    write(acting, campaign, world.officer, "Dua kata", by_hand=True)
    asked = ask(acting, campaign, world.officer)
    assert why_not(acting, asked, world.manager) is Bar.WROTE


def test_author_and_asker_can_not_approve_and_each_hears_why(world, acting, campaign):
    with acting(world.admin) as session:
        session.get(User, world.officer.id).role = "manager"
    asked = ask(acting, campaign, world.manager)
    assert why_not(acting, asked, world.officer) is Bar.WROTE
    assert why_not(acting, asked, world.manager) is Bar.ASKED


def test_an_author_and_one_approver_are_enough(world, acting, campaign):
    write(acting, campaign, world.officer, "Satu kata")
    asked = ask(acting, campaign, world.officer)
    decide(acting, asked, world.manager, yes=False)
    write(acting, campaign, world.officer, "Dua kata")
    decide(acting, ask(acting, campaign, world.officer), world.manager)
    write(acting, campaign, world.officer, "Tiga kata")
    decide(acting, ask(acting, campaign, world.officer), world.manager)


def test_saving_a_colleagues_text_unchanged_does_not_make_it_ones_own(world, acting, clock, campaign):
    """The manager's words saved themselves after an approval, and the officer pressed "save": the manager wrote them still."""
    clock.freeze("2036-11-24 09:00")
    write(acting, campaign, world.manager, "Satu kata")
    clock.forward(minutes=1)
    decide(acting, ask(acting, campaign, world.officer), world.admin)
    clock.forward(minutes=1)
    write(acting, campaign, world.manager, "Kata lain")
    with acting(world.officer) as session:
        row = session.get(Campaign, campaign)
        service.save_draft(row, row.draft, seen_version=row.version, by=world.officer)
    assert why_not(acting, ask(acting, campaign, world.officer), world.manager) is Bar.WROTE


def test_a_save_that_changes_nothing_makes_nobody_a_writer(world, acting, campaign):
    with acting(world.manager) as session:
        row = session.get(Campaign, campaign)
        service.save_draft(row, row.draft, seen_version=row.version, by=world.manager)
    decide(acting, ask(acting, campaign, world.officer), world.manager)


def test_what_was_approved_once_binds_only_who_wrote_since(world, acting, clock, campaign):
    with acting(world.admin) as session:
        session.get(User, world.officer.id).role = "manager"
    clock.freeze("2036-11-24 09:00")
    write(acting, campaign, world.colleague, "Satu kata")
    clock.forward(minutes=1)
    decide(acting, ask(acting, campaign, world.colleague), world.manager)
    clock.forward(minutes=1)
    write(acting, campaign, world.manager, "Dua kata")
    asked = ask(acting, campaign, world.colleague)
    assert why_not(acting, asked, world.manager) is Bar.WROTE
    decide(acting, asked, world.officer)  # the author: the manager had approved what he wrote


def test_the_desk_asks_exactly_those_who_may_decide(world, acting, clock, campaign):
    with acting(world.admin) as session:
        for person in (world.officer, world.colleague):
            session.get(User, person.id).role = "manager"
    clock.freeze("2036-11-24 09:00")
    write(acting, campaign, world.colleague, "Satu kata")
    people = (world.officer, world.colleague, world.manager, world.admin, world.central)

    def those_asked(asked):
        found = set()
        for who in people:
            with acting(who) as session:
                row = session.get(CampaignApproval, asked)
                seen = [each.campaign_id for each in desk.waiting_for(session.get(User, who.id), whole_office=False)]
                assert (seen == [campaign]) is (who.id not in second_person.barred(session.get(Campaign, campaign), row))
                found |= {who.name} if seen else set()
        return found

    asked = ask(acting, campaign, world.officer)
    assert those_asked(asked) == {world.manager.name, world.admin.name, world.central.name}
    clock.forward(minutes=1)
    decide(acting, asked, world.manager)
    clock.forward(minutes=1)
    write(acting, campaign, world.manager, "Dua kata")
    assert those_asked(ask(acting, campaign, world.colleague)) == {world.officer.name, world.admin.name, world.central.name}


def test_a_refusal_forgets_nobody(world, acting, clock, campaign):
    clock.freeze("2036-11-24 09:00")
    write(acting, campaign, world.manager, "Satu kata")
    clock.forward(minutes=1)
    decide(acting, ask(acting, campaign, world.officer), world.admin, yes=False)
    clock.forward(minutes=1)
    assert why_not(acting, ask(acting, campaign, world.officer), world.manager) is Bar.WROTE


def test_the_versions_tell_who_wrote_each_of_them(world, acting, campaign):
    write(acting, campaign, world.officer, "Satu")
    write(acting, campaign, world.manager, "Dua")
    write(acting, campaign, world.manager, "Tiga")
    write(acting, campaign, world.officer, "Empat", by_hand=True)
    with acting(world.officer):
        told = [(row.draft["languages"]["id"]["preheader"], row.created_by_id) for row in queries.versions_of(campaign)][::-1]
    officer, manager = world.officer.id, world.manager.id
    first = blocks.clean(draft(*one_of_each()))["languages"]["id"]["preheader"]
    assert told == [(first, officer), ("Satu", officer), ("Dua", manager), ("Tiga", manager), ("Empat", officer)]


def test_the_page_says_why_not_and_who_may_and_a_press_is_refused_with_the_same_words(browser, world, acting, campaign):
    write(acting, campaign, world.manager, "Satu kata")
    asked = ask(acting, campaign, world.officer)
    page = browser.sign_in(world.manager).get(f"/campaigns/{campaign}").text
    assert "Anda ikut menulis naskah ini" in page
    assert "Yang dapat menyetujuinya: Daniel Palimbongga</p>" in re.sub(r"\s+", " ", page)
    assert 'value="yes"' not in page
    answer = browser.post(f"/campaigns/{campaign}/approval", {"approval": str(asked), "answer": "yes"})
    assert "Anda ikut menulis naskah ini" in browser.follow(answer).text
    assert 'value="yes"' in browser.sign_in(world.admin).get(f"/campaigns/{campaign}").text


def change_facts(acting, campaign_id, who, **new):
    with acting(who) as session:
        row = session.get(Campaign, campaign_id)
        facts = {"name": row.name, "sender_name": row.sender_name, "reply_to": row.reply_to, "bulletin": row.bulletin, **new}
        service.change_facts(row, **facts, seen_version=row.version, by=who)


def attach(acting, campaign_id, who):
    with acting(who) as session:
        stream = io.BytesIO(b"%PDF-1.4 undangan")
        return service.attach_file(session.get(Campaign, campaign_id), stream, name="undangan.pdf", by=who).id


def detach(acting, campaign_id, file_id, who):
    with acting(who) as session:
        service.detach_file(session.get(Campaign, campaign_id), session.get(StoredFile, file_id), by=who)


def choose(acting, campaign_id, segment_id, who):
    with acting(who) as session:
        row = session.get(Campaign, campaign_id)
        segment = session.get(Segment, segment_id) if segment_id else None
        audiences.choose_audience(row, bulletin=row.bulletin, segment=segment, seen_version=row.version, by=who)


def change_segment(acting, segment_id, who, *, name="Media", tree=None):
    with acting(who) as session:
        row = session.get(Segment, segment_id)
        new = tree if tree is not None else row.tree
        segments.change_segment(row, name, new, is_static=False, seen_version=row.version, by=who)


PEOPLE = {"op": "and", "not": False, "items": [{"condition": "kind", "not": False, "kind": "person"}]}
OTHERS = {"op": "and", "not": False, "items": [{"condition": "kind", "not": True, "kind": "person"}]}


def segment_of(acting, world):
    with acting(world.officer):
        return make_segment(world.sgr, tree=PEOPLE).id


def by_attaching(acting, world, campaign):
    attach(acting, campaign, world.manager)


def by_taking_a_file_out(acting, world, campaign):
    detach(acting, campaign, attach(acting, campaign, world.officer), world.manager)


def by_naming_the_sender(acting, world, campaign):
    change_facts(acting, campaign, world.manager, sender_name="Humas")


def by_leading_replies_elsewhere(acting, world, campaign):
    change_facts(acting, campaign, world.manager, reply_to="humas@kantor.example")


def by_choosing_another_bulletin(acting, world, campaign):
    with acting(world.manager):
        other = make_bulletin(world.sgr, "Buletin lain")
        make_subscription(other, "siti@kantor.example")
    change_facts(acting, campaign, world.manager, bulletin=other)


def by_choosing_a_segment(acting, world, campaign):
    choose(acting, campaign, segment_of(acting, world), world.manager)


def by_taking_the_segment_out(acting, world, campaign):
    choose(acting, campaign, segment_of(acting, world), world.officer)
    choose(acting, campaign, None, world.manager)


def by_changing_the_chosen_segment(acting, world, campaign):
    segment_id = segment_of(acting, world)
    choose(acting, campaign, segment_id, world.officer)
    change_segment(acting, segment_id, world.manager, tree=OTHERS)


CHANGES = [
    (by_attaching, Bar.ATTACHED, "melampirkan atau melepas berkas"),
    (by_taking_a_file_out, Bar.ATTACHED, "melampirkan atau melepas berkas"),
    (by_naming_the_sender, Bar.SENDER, "mengubah pengirim"),
    (by_leading_replies_elsewhere, Bar.SENDER, "mengubah pengirim"),
    (by_choosing_another_bulletin, Bar.RECIPIENTS, "memilih atau mengubah penerima"),
    (by_choosing_a_segment, Bar.RECIPIENTS, "memilih atau mengubah penerima"),
    (by_taking_the_segment_out, Bar.RECIPIENTS, "memilih atau mengubah penerima"),
    (by_changing_the_chosen_segment, Bar.RECIPIENTS, "memilih atau mengubah penerima"),
]


@pytest.mark.parametrize(("change", "bar", "words"), CHANGES, ids=lambda each: getattr(each, "__name__", None))
def test_who_changed_anything_that_is_approved_can_not_approve_it_and_reads_why(
    browser, world, acting, clock, campaign, change, bar, words
):
    clock.forward(minutes=1)
    change(acting, world, campaign)
    asked = ask(acting, campaign, world.officer)
    assert why_not(acting, asked, world.manager) is bar
    with acting(world.manager):
        assert not desk.waiting_for(world.manager, whole_office=False)
    page = browser.sign_in(world.manager).get(f"/campaigns/{campaign}").text
    assert words in page
    assert 'value="yes"' not in page
    decide(acting, asked, world.admin)


def test_other_changes_make_nobody_a_part_of_it(world, acting, clock, campaign):
    segment_id = segment_of(acting, world)
    change_segment(acting, segment_id, world.manager, tree=OTHERS)  # before this campaign was thought of
    with acting(world.officer):
        row = service.create_campaign(
            draft(*one_of_each()), name="Kabar", kind="notice", office_id=world.sgr.id, by=world.officer, segment_id=segment_id
        )
        later = row.id
    clock.forward(minutes=1)
    change_facts(acting, later, world.manager, name="Nama lain")
    change_segment(acting, segment_id, world.manager, name="Nama lain")
    asked = ask(acting, later, world.officer)
    with acting(world.manager):
        assert [each.campaign_id for each in desk.waiting_for(world.manager, whole_office=False)] == [later]
    decide(acting, asked, world.manager)


def test_a_file_that_was_approved_once_binds_nobody_any_more(world, acting, clock, campaign):
    clock.freeze("2036-11-24 09:00")
    attach(acting, campaign, world.manager)
    clock.forward(minutes=1)
    decide(acting, ask(acting, campaign, world.officer), world.admin)
    clock.forward(minutes=1)
    write(acting, campaign, world.officer, "Satu kata")
    decide(acting, ask(acting, campaign, world.officer), world.manager)


def test_where_all_who_may_approve_took_part_the_page_names_them_and_says_whom_to_ask(browser, world, acting, campaign):
    attach(acting, campaign, world.manager)
    change_facts(acting, campaign, world.admin, sender_name="Humas")
    change_facts(acting, campaign, world.central, reply_to="humas@kantor.example")
    ask(acting, campaign, world.officer)
    page = re.sub(r"\s+", " ", browser.sign_in(world.manager).get(f"/campaigns/{campaign}").text)
    assert "Semua yang berwenang menyetujui ikut menyiapkannya (" in page
    assert "Minta rekan yang tidak ikut menyiapkan; admin dapat memberinya wewenang itu." in page
