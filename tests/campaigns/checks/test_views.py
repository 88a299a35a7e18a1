"""The panel of checks, and the three answers to a sentence that binds the office."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from crm.activity.models import ActivityEntry
from crm.campaigns import checks
from crm.campaigns.checks import links, passages
from crm.campaigns.models import Answer, Campaign, CampaignApproval, PromiseAnswer
from crm.campaigns.writing import blocks
from crm.campaigns.writing.blocks import Kind, new_block
from crm.commitments.models import Commitment, CommitmentKind, Side
from crm.core import jobs as core_jobs
from crm.offices.models import Holiday, HolidayKind
from tests.campaigns.checks import drafts
from tests.campaigns.factories import make_bulletin, make_subscription
from tests.commitments.factories import make_commitment
from tests.fakes import SYSTEM
from tests.security.fetching_server import by_path, leads_to, says, serving

STRONG = '<p>Yth. Bapak, <strong>paspor</strong> Anda <a href="https://k.example/x">pasti selesai</a> besok. Terima kasih.</p>'


@pytest.fixture
def written(acting, world, clock):
    """A campaign with one strong sentence and one that only asks, and the keys of both."""
    clock.freeze("2026-11-24 09:00")
    with acting(world.officer):
        campaign = drafts.make(
            world.sgr, drafts.good(drafts.text(STRONG), new_block(Kind.LIST, items=["Kami siap membantu Anda"])), by=world.officer
        )
        keys = [each.key for each in checks.run(campaign) if each.code == "promise"]
    return campaign, keys


def now_of(acting, campaign):
    with acting(SYSTEM) as session:
        found = session.get(Campaign, campaign.id)
        return found, checks.of_content(found)


def test_the_panel_shows_what_stops_first_with_the_way_to_its_block(browser, world, written):
    campaign, keys = written
    page = browser.sign_in(world.officer).get(f"/campaigns/{campaign.id}/edit").text
    assert page.index("pasti selesai") < page.index("Kami siap membantu")
    assert f"/campaigns/{campaign.id}/promises/{keys[0]}" in page
    block_id = campaign.draft["languages"]["id"]["blocks"][2]["id"]
    assert f"#{block_id}" in page
    shown = browser.get(f"/campaigns/{campaign.id}").text
    assert keys[0] in shown


def test_a_save_of_itself_brings_the_checks_anew(browser, world, acting, written):
    """With the count, and with the version that the next press of the panel has to name."""
    campaign, _keys = written
    ids = [block["id"] for block in campaign.draft["languages"]["id"]["blocks"]]
    sent = {"blocks": "1", "do": "autosave", "subject": "Jadwal layanan paspor", "preheader": "Loket dan jam layanan"}
    browser.sign_in(world.officer)

    def save(html):
        version = str(now_of(acting, campaign)[0].version)
        form = {**sent, "version": version, "block": ids[:3], f"{ids[2]}-html": html}
        page = browser.post(f"/campaigns/{campaign.id}/draft", form, headers={"HX-Request": "true"}, status=200).text
        return page, [int(found) for found in re.search(r"data-count>(\d+) dari (\d+) beres<", page).groups()]

    page, (passed, whole) = save(STRONG.replace("besok", "lusa"))
    assert "/softening" in page
    assert f'name="version" value="{now_of(acting, campaign)[0].version}"' in page
    page, now = save(STRONG.replace("pasti selesai", "dibuat dua hari"))
    assert "/softening" not in page
    assert "Tidak ada janji yang menggantung" in page
    assert now == [passed + 1, whole]


def test_a_reader_sees_the_findings_and_no_button(browser, world, written):
    campaign, keys = written
    page = browser.sign_in(world.viewer).get(f"/campaigns/{campaign.id}").text
    assert "pasti selesai" in page
    assert "/softening" not in page
    for act in ("softening", "commitment", "keeping"):
        browser.post(f"/campaigns/{campaign.id}/promises/{keys[0]}/{act}", status=403)
    browser.post(f"/campaigns/{campaign.id}/link-trial", status=403)
    browser.get(f"/campaigns/{campaign.id}/promises/{keys[0]}", status=403)


def test_one_press_softens_the_sentence_and_leaves_links_and_emphasis(browser, world, acting, written):
    campaign, keys = written
    browser.sign_in(world.officer)
    proposal = "Yth. Bapak, paspor Anda pada umumnya selesai besok."
    assert proposal in browser.get(f"/campaigns/{campaign.id}/edit").text
    browser.post(f"/campaigns/{campaign.id}/promises/{keys[0]}/softening", {"sentence": proposal, "version": campaign.version})
    after, found = now_of(acting, campaign)
    html = after.draft["languages"]["id"]["blocks"][2]["html"]
    assert html == STRONG.replace("pasti", "pada umumnya")
    assert [each.severity.value for each in found] == ["warn"]


def test_the_same_sentence_and_none_are_refused_with_the_text_kept(browser, world, acting, written):
    campaign, keys = written
    browser.sign_in(world.officer)
    where = f"/campaigns/{campaign.id}/promises/{keys[0]}"
    same = "Yth. Bapak, paspor Anda pasti selesai besok."
    page = browser.post(f"{where}/softening", {"sentence": same, "version": campaign.version}, status=422).text
    assert same in page
    browser.post(f"{where}/softening", {"sentence": " ", "version": campaign.version}, status=422)
    page = browser.post(f"{where}/softening", {"sentence": "Halo [[kucing]]", "version": campaign.version}, status=422).text
    assert "Halo [[kucing]]" in page
    assert now_of(acting, campaign)[0].draft == campaign.draft


def test_a_colleague_who_saved_meanwhile_is_not_written_over(browser, world, acting, written):
    campaign, keys = written
    where = f"/campaigns/{campaign.id}/promises/{keys[0]}/softening"
    browser.sign_in(world.officer).post(where, {"sentence": "Lain.", "version": campaign.version - 1})
    assert now_of(acting, campaign)[0].draft == campaign.draft


def test_a_commitment_settles_the_sentence_and_stands_in_the_book(browser, world, acting, written):
    campaign, keys = written
    with acting(SYSTEM) as session:
        session.add(Holiday(day=dt.date(2026, 12, 24), name="Cuti bersama Natal", kind=HolidayKind.COLLECTIVE_LEAVE))
        make_commitment(world.sgr, "Janji lain", due="2026-12-24", owner_id=world.colleague.id)
    browser.sign_in(world.officer)
    form = {"text": "Paspor selesai", "owner": world.colleague.id, "due_on": "2026-12-24"}
    answer = browser.post(f"/campaigns/{campaign.id}/promises/{keys[0]}/commitment", form)
    page = browser.follow(answer).text
    assert "Cuti bersama Natal" in page
    assert "Paspor selesai" in page
    with acting(SYSTEM) as session:
        made = session.scalars(sa.select(Commitment).order_by(Commitment.id.desc())).first()
        assert (made.kind, made.side, made.owner_id, made.due_on) == (
            CommitmentKind.PROMISE,
            Side.OURS,
            world.colleague.id,
            dt.date(2026, 12, 24),
        )
        kept = session.scalar(sa.select(PromiseAnswer))
        assert (kept.answer, kept.commitment_id, kept.key) == (Answer.ATTACHED, made.id, keys[0])
        assert "promise-attached" in set(session.scalars(sa.select(ActivityEntry.verb)))
    assert [each.key for each in now_of(acting, campaign)[1]] == [keys[1]]
    browser.post(f"/commitments/{made.id}/removal")
    assert [each.key for each in now_of(acting, campaign)[1]] == keys


def test_a_commitment_without_a_day_is_refused_with_the_text_kept(browser, world, acting, written):
    campaign, keys = written
    where = f"/campaigns/{campaign.id}/promises/{keys[0]}/commitment"
    page = (
        browser.sign_in(world.officer)
        .post(where, {"text": "Paspor selesai", "owner": world.officer.id, "due_on": ""}, status=422)
        .text
    )
    assert "Paspor selesai" in page
    browser.post(where, {"text": "x", "owner": world.sister_officer.id, "due_on": "2026-12-24"}, status=422)
    with acting(SYSTEM) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Commitment)) == 0


def test_the_form_of_a_commitment_knows_the_day_of_the_sentence(browser, world, acting, clock):
    clock.freeze("2026-11-24 09:00")
    with acting(world.officer):
        campaign = drafts.make(
            world.sgr, drafts.good(drafts.text("<p>Paspor terbit paling lambat Jumat, 4 Desember 2026.</p>")), by=world.officer
        )
        (found,) = checks.run(campaign)
    page = browser.sign_in(world.officer).get(f"/campaigns/{campaign.id}/promises/{found.key}").text
    assert "2026-12-04" in page


def test_what_only_asks_is_kept_with_one_press_and_asked_about_again(browser, world, acting, written):
    campaign, keys = written
    browser.sign_in(world.officer)
    browser.post(f"/campaigns/{campaign.id}/promises/{keys[1]}/keeping", {"reason": ""})
    assert [each.key for each in now_of(acting, campaign)[1]] == [keys[0]]
    with acting(SYSTEM) as session:
        kept = session.scalar(sa.select(PromiseAnswer))
    browser.post(f"/campaigns/{campaign.id}/promises/answers/{kept.id}/removal")
    assert [each.key for each in now_of(acting, campaign)[1]] == keys


def test_what_stops_is_kept_only_by_who_may_approve_and_with_a_reason(browser, world, acting, written):
    campaign, keys = written
    where = f"/campaigns/{campaign.id}/promises/{keys[0]}/keeping"
    browser.sign_in(world.officer).post(where, {"reason": "x"}, status=403)
    browser.sign_in(world.manager).post(where, {"reason": " "}, status=422)
    browser.post(where, {"reason": "Kutipan aturan"})
    with acting(SYSTEM) as session:
        assert session.scalar(sa.select(PromiseAnswer.reason)) == "Kutipan aturan"
        assert "promise-kept" in set(session.scalars(sa.select(ActivityEntry.verb)))
    browser.post(where, {"reason": "lagi"})  # a second press finds it settled
    with acting(SYSTEM) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PromiseAnswer)) == 1


def test_an_unknown_sentence_and_another_office_find_nothing(browser, world, written):
    campaign, keys = written
    browser.sign_in(world.officer).get(f"/campaigns/{campaign.id}/promises/none", status=404)
    browser.sign_in(world.sister_officer).get(f"/campaigns/{campaign.id}/promises/{keys[0]}", status=404)
    for act in ("softening", "commitment", "keeping"):
        browser.post(f"/campaigns/{campaign.id}/promises/{keys[0]}/{act}", {"sentence": "x"}, status=404)


def test_links_are_tried_by_a_job_and_the_dead_ones_found(acting, world, app, browser, jobs, monkeypatch):
    pages = {"/ok": says(b"x"), "/gone": says(b"x", status="410 Gone"), "/moved": leads_to("/ok"), "/broken": says(b"x", status="500 x"),
             "/get": lambda connection, head: says(b"x", status="200 OK" if head.startswith("GET") else "405 No")(connection, head)}  # fmt: skip
    with serving(by_path(pages)) as server:
        monkeypatch.setitem(app.config, "FETCH_ALSO", [server.address])
        buttons = [new_block(Kind.BUTTON, label=f"Halaman {path[1:]}", url=server.url(path)) for path in (*pages, "/none")]
        inside = new_block(Kind.BUTTON, label="Halaman dalam", url="http://10.0.0.1/")
        with acting(world.officer):
            campaign = drafts.make(world.sgr, drafts.good(*buttons, inside), by=world.officer, updated_at=drafts.now())
            assert len(links.untried(campaign)) == 7
        with acting(SYSTEM):
            core_jobs.enqueue("campaigns.look_for_links")
        assert jobs.run_all() == ["campaigns.look_for_links", "campaigns.try_links"]
        with acting(world.officer) as session:
            found = checks.of_content(session.get(Campaign, campaign.id))
            assert links.untried(campaign) == []
        dead = {each.block_id: each.severity.value for each in found}
        named = {block["label"].split()[1]: dead.get(block["id"]) for block in [*buttons, inside]}
        assert named == {
            "ok": None,
            "gone": "stop",
            "moved": None,
            "broken": "warn",
            "get": None,
            "none": "stop",
            "dalam": "warn",
        }
        seen = len(server.heads)
        browser.sign_in(world.officer).post(f"/campaigns/{campaign.id}/link-trial")
        jobs.run_all()
        assert len(server.heads) > seen


@pytest.mark.parametrize(
    ("html", "start", "end", "words", "made"),
    [
        ("<p>a <b>bc</b> d</p>", 2, 4, "X", "<p>a <b>X</b> d</p>"),
        ("<p>a <b>bc</b> d</p>", 0, 3, "X", "<p>X<b>c</b> d</p>"),
        ("<p>a <b>bc</b> d</p>", 3, 6, "X", "<p>a <b>bX</b></p>"),
        ("<p>satu</p><p>a</p>", 4, 4, "!", "<p>satu!</p><p>a</p>"),
        ("<p>a<br>b</p>", 2, 3, "c", "<p>a<br/>c</p>"),
        ("<p>a &amp; b</p>", 4, 5, "<c>", "<p>a &amp; &lt;c&gt;</p>"),
        ("<ul><li>x</li><li>y</li></ul>", 0, 1, "z", "<ul><li>z</li><li>y</li></ul>"),
    ],
)
def test_a_part_of_rich_text_is_replaced_where_it_stands(html, start, end, words, made):
    draft = {"design": "", "languages": {"id": {"subject": "", "preheader": "", "blocks": [new_block(Kind.TEXT, html=html)]}}}
    passage = next(passages.passages(draft))
    changed = passages.replaced(draft, passage, start, end, words)
    assert blocks.blocks_of(changed, "id")[0]["html"] == made
    assert blocks.blocks_of(draft, "id")[0]["html"] == html


def test_what_stops_keeps_from_asking_for_approval(browser, world, acting, written):
    campaign, keys = written
    with acting(world.officer) as session:
        bulletin = make_bulletin(world.sgr)
        make_subscription(bulletin, "budi@kantor.example")
        session.get(Campaign, campaign.id).bulletin_id = bulletin.id
    browser.sign_in(world.officer)
    page = browser.follow(browser.post(f"/campaigns/{campaign.id}/approval-request")).text
    assert "perlu diperbaiki dulu" in page
    with acting(SYSTEM) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(CampaignApproval)) == 0
    browser.sign_in(world.manager).post(f"/campaigns/{campaign.id}/promises/{keys[0]}/keeping", {"reason": "Kutipan aturan"})
    browser.sign_in(world.officer).post(f"/campaigns/{campaign.id}/approval-request")
    with acting(SYSTEM) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(CampaignApproval)) == 1


def test_a_sentence_that_stands_in_several_places_is_one_finding_and_softened_in_all(browser, world, acting):
    article = new_block(
        Kind.ARTICLE,
        title="Paspor pasti selesai",
        text="Paspor pasti selesai. Loket buka. Paspor pasti selesai!",
        url="https://k.example/x",
    )
    with acting(world.officer):
        campaign = drafts.make(
            world.sgr, drafts.good(article, drafts.text("<p><em>Paspor</em> pasti selesai.</p>")), by=world.officer
        )
        (found,) = checks.run(campaign)
    form = {"sentence": "Paspor pada umumnya selesai", "version": campaign.version}
    browser.sign_in(world.officer).post(f"/campaigns/{campaign.id}/promises/{found.key}/softening", form)
    written = blocks.blocks_of(now_of(acting, campaign)[0].draft, "id")
    assert [written[2]["title"], written[2]["text"], written[3]["html"]] == [
        "Paspor pada umumnya selesai",
        "Paspor pada umumnya selesai. Loket buka. Paspor pada umumnya selesai!",
        "<p><em>Paspor</em> pada umumnya selesai.</p>",
    ]
