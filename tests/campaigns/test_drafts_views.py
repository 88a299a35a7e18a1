"""Pages for writing: the list, a new one, the editor that saves each block, the preview, versions, comments, files."""

import io
import re

import pytest
import sqlalchemy as sa
from PIL import Image

from crm.campaigns import approval
from crm.campaigns.models import Campaign, CampaignApproval, CampaignState, CampaignVersion
from crm.campaigns.writing import blocks
from crm.campaigns.writing.blocks import Kind, new_block
from crm.mail.models import MailMessage
from tests.campaigns.factories import make_bulletin, make_campaign
from tests.campaigns.writing.drafts import draft, one_of_each
from tests.stakeholders.factories import make_affiliation, make_organization, make_person


@pytest.fixture
def campaign(world, acting):
    with acting(world.officer):
        return make_campaign(world.sgr, by=world.officer, draft=blocks.clean(draft(*one_of_each())))


def stored(acting, world, campaign_id):
    with acting(world.officer) as session:
        return session.get(Campaign, campaign_id)


def form_of(campaign, **changes):
    """What the editor's form sends when nothing was touched."""
    part = campaign.draft["languages"]["id"]
    sent = {
        "version": str(campaign.version),
        "blocks": "1",
        "subject": part["subject"],
        "preheader": part["preheader"],
        "do": "save",
    }
    return {**sent, "block": [block["id"] for block in part["blocks"]], **changes}


def picture(kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(out, kind)
    return io.BytesIO(out.getvalue())


def test_the_sister_office_sees_nothing_of_it(browser, world, campaign, acting):
    browser.sign_in(world.sister_officer)
    assert campaign.name not in browser.get("/campaigns").text
    for page in ("", "/edit", "/preview", "/versions", "/facts"):
        browser.get(f"/campaigns/{campaign.id}{page}", status=404)
    browser.post(f"/campaigns/{campaign.id}/draft", form_of(campaign, subject="Diubah"), status=404)
    for act in ("test-mail", "removal", "approval-request", "attachments"):
        browser.post(f"/campaigns/{campaign.id}/{act}", status=404)
    assert stored(acting, world, campaign.id).draft == campaign.draft


def test_a_viewer_reads_and_may_not_write(browser, world, campaign):
    browser.sign_in(world.viewer).get(f"/campaigns/{campaign.id}")
    browser.get(f"/campaigns/{campaign.id}/edit", status=403)
    browser.get("/campaigns/new", status=403)
    browser.post(f"/campaigns/{campaign.id}/draft", form_of(campaign), status=403)
    browser.post(f"/campaigns/{campaign.id}/test-mail", status=403)


@pytest.mark.parametrize("design", ["weekly", "press", "invitation", "greeting", "condolence", "urgent"])
def test_one_press_on_a_design_begins_a_campaign_that_can_be_shown(browser, world, acting, design):
    with acting(world.manager):
        bulletin = make_bulletin(world.sgr, "Kabar Sagara")
    answer = browser.sign_in(world.officer).post("/campaigns/new", {"design": design, "bulletin": str(bulletin.id)})
    page = browser.follow(answer)
    assert "Kaki surel" in page.text
    with acting(world.officer) as session:
        made = session.scalars(sa.select(Campaign)).one()
        assert made.draft["design"] == design
        assert made.bulletin_id == (bulletin.id if design == "weekly" else None)
        assert blocks.clean(made.draft) == made.draft
    browser.get(f"/campaigns/{made.id}/preview?look=desktop", check=False)


def test_an_unknown_design_is_asked_for_again(browser, world, acting):
    page = browser.sign_in(world.officer).post("/campaigns/new", {"design": "pesta"}, status=422)
    assert "Pilih salah satu" in page.text
    with acting(world.officer) as session:
        assert session.scalars(sa.select(Campaign)).all() == []


def test_the_editor_asks_once_then_leads_to_the_approval_until_the_text_changes(browser, world, acting, campaign):
    place = f"/campaigns/{campaign.id}"
    ask, see = f'action="{place}/approval-request"', f'btn-primary" href="{place}"'
    browser.sign_in(world.officer)
    head = browser.get(f"{place}/edit").text
    assert (ask in head, see in head) == (True, False)
    with acting(world.officer) as session:
        asked = approval.ask(session.get(Campaign, campaign.id), by=world.officer).id
    head = browser.get(f"{place}/edit").text
    assert (ask in head, see in head, "Ke persetujuan" in head) == (False, True, True)
    with acting(world.manager) as session:
        approval.decide(session.get(CampaignApproval, asked), yes=True, by=world.manager)
    head = browser.get(f"{place}/edit").text
    assert (ask in head, see in head, "Lanjut ke pengiriman" in head) == (False, True, True)
    changed = form_of(stored(acting, world, campaign.id), subject="Lain", do="autosave")
    part = browser.post(f"{place}/draft", changed, status=200, headers={"HX-Request": "true"}).text
    assert (ask in part, see in part, "Persetujuan batal" in part) == (True, False, True)


def test_the_word_of_the_second_person_stands_before_the_mail(browser, world, acting, campaign):
    with acting(world.officer) as session:
        approval.ask(session.get(Campaign, campaign.id), by=world.officer)
    page = browser.sign_in(world.manager).get(f"/campaigns/{campaign.id}").text
    assert page.index('value="yes"') < page.index("<iframe")


def test_saving_keeps_every_block_that_was_not_touched(browser, world, acting, campaign):
    browser.sign_in(world.officer).get(f"/campaigns/{campaign.id}/edit", queries=24)
    browser.post(f"/campaigns/{campaign.id}/draft", form_of(campaign, subject="Subjek baru"))
    kept = stored(acting, world, campaign.id).draft["languages"]["id"]
    assert kept["subject"] == "Subjek baru"
    assert kept["blocks"] == campaign.draft["languages"]["id"]["blocks"]


def test_what_the_page_draws_saves_as_what_it_was(browser, world, acting, campaign):
    """The plain form without script: every control as it stands, sent back, changes nothing."""
    page = browser.sign_in(world.officer).get(f"/campaigns/{campaign.id}/edit").text
    form = re.search(r'<form[^>]*id="draft".*?</form>', page, re.S).group(0)
    from lxml import html as lxml_html  # noqa: PLC0415

    sent: dict = {"do": "save"}
    tree = lxml_html.fragment_fromstring(form)
    for name, value in tree.form_values():
        if name != "csrf_token":
            sent.setdefault(name, []).append(value)
    browser.post(f"/campaigns/{campaign.id}/draft", sent)
    assert stored(acting, world, campaign.id).draft == campaign.draft


def test_simple_text_becomes_rich_text(browser, world, acting, campaign):
    text = campaign.draft["languages"]["id"]["blocks"][1]["id"]
    plain = "Yth. [[greeting]],\n\n- **satu**\n- dua\n\nBaca [jadwal](https://kantor.example/jadwal)."
    browser.sign_in(world.officer).post(f"/campaigns/{campaign.id}/draft", form_of(campaign, **{f"{text}-html-plain": plain}))
    assert stored(acting, world, campaign.id).draft["languages"]["id"]["blocks"][1]["html"] == (
        "<p>Yth. [[greeting]],</p><ul><li><strong>satu</strong></li><li>dua</li></ul>"
        '<p>Baca <a href="https://kantor.example/jadwal">jadwal</a>.</p>'
    )


def test_blocks_are_moved_copied_taken_out_and_added_by_buttons(browser, world, acting, campaign):
    browser.sign_in(world.officer)
    first, second, *rest = [block["id"] for block in campaign.draft["languages"]["id"]["blocks"]]

    def press(act):
        now = stored(acting, world, campaign.id)
        browser.post(f"/campaigns/{campaign.id}/draft", form_of(now, do=act))
        return [block["id"] for block in stored(acting, world, campaign.id).draft["languages"]["id"]["blocks"]]

    assert press(f"down:{first}") == [second, first, *rest]
    assert press(f"up:{first}") == [first, second, *rest]
    assert press(f"up:{first}") == [first, second, *rest]
    copied = press(f"copy:{first}")
    assert (copied[0], copied[2:]) == (first, [second, *rest])
    assert press(f"remove:{copied[1]}") == [first, second, *rest]
    assert len(press("add:quote")) == len(rest) + 3
    assert len(press("add:iframe")) == len(rest) + 3


def test_the_order_in_which_blocks_are_sent_is_their_order(browser, world, acting, campaign):
    order = [block["id"] for block in campaign.draft["languages"]["id"]["blocks"]][::-1]
    browser.sign_in(world.officer).post(f"/campaigns/{campaign.id}/draft", form_of(campaign, block=order, do="autosave"))
    assert [block["id"] for block in stored(acting, world, campaign.id).draft["languages"]["id"]["blocks"]] == order


def test_wrong_input_is_named_and_everything_typed_stays(browser, world, acting, campaign):
    ids = [block["id"] for block in campaign.draft["languages"]["id"]["blocks"]]
    wrong = {f"{ids[3]}-url": "javascript:alert(1)", f"{ids[0]}-text": "Halo [[nik]]", "subject": "Tetap di sini"}
    page = browser.sign_in(world.officer).post(f"/campaigns/{campaign.id}/draft", form_of(campaign, **wrong), status=422)
    for words in ("Tetap di sini", "Halo [[nik]]", "javascript:alert(1)", "tidak mengarah ke laman", "nik"):
        assert words in page.text
    assert stored(acting, world, campaign.id).draft == campaign.draft


def test_what_is_far_too_long_is_told_with_the_limit_as_the_language_writes_it(browser, world, campaign):
    text = next(block["id"] for block in campaign.draft["languages"]["id"]["blocks"] if block["kind"] == Kind.TEXT)
    sent = form_of(campaign, **{f"{text}-html-plain": "z" * 300_000})
    page = browser.sign_in(world.officer).post(f"/campaigns/{campaign.id}/draft", sent, status=422)
    assert "Teks ini lebih dari 20.000 karakter." in page.text
    assert "z" * 300_000 in page.text


# ML-01
def test_what_looks_like_a_template_is_kept_and_shown_as_text(browser, world, acting, campaign):
    hostile = "{{7*7}} {{config}} {{''.__class__}} {% for i in range(10**8) %}x{% endfor %}"
    browser.sign_in(world.officer).post(f"/campaigns/{campaign.id}/draft", form_of(campaign, subject=hostile))
    text = browser.get(f"/campaigns/{campaign.id}/preview?look=text", check=False).text
    assert text.startswith(hostile)


def test_a_colleagues_save_is_shown_and_neither_text_is_lost(browser, world, acting, campaign):
    browser.sign_in(world.officer)
    old = form_of(campaign, subject="Punya saya", do="autosave")
    browser.post(f"/campaigns/{campaign.id}/draft", form_of(campaign, subject="Punya rekan"))
    page = browser.post(f"/campaigns/{campaign.id}/draft", old, status=409)
    assert "Punya saya" in page.text
    assert re.search(r"Punya <del>.*?saya</del><ins>.*?rekan</ins>", page.text)
    assert page.text.count("<li><strong>") == 1  # nothing but the subject differs
    version = re.search(r'name="version"[^>]*value="(\d+)"', page.text).group(1)
    browser.post(f"/campaigns/{campaign.id}/draft", {**old, "version": version, "do": "save"})
    assert stored(acting, world, campaign.id).draft["languages"]["id"]["subject"] == "Punya saya"
    with acting(world.officer) as session:
        kept = [each.draft["languages"]["id"]["subject"] for each in session.scalars(sa.select(CampaignVersion))]
    assert "Punya rekan" in kept


def test_saving_by_itself_answers_with_a_part_and_the_next_version(browser, world, acting, campaign):
    browser.sign_in(world.officer)
    sent = form_of(campaign, subject="Sendiri", do="autosave")
    part = browser.post(f"/campaigns/{campaign.id}/draft", sent, status=200, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert f'data-version="{stored(acting, world, campaign.id).version}"' in part
    added = form_of(stored(acting, world, campaign.id), do="add:button")
    assert (
        "Kata pada tombol"
        in browser.post(f"/campaigns/{campaign.id}/draft", added, status=200, headers={"HX-Request": "true"}).text
    )
    wrong = form_of(campaign, do="autosave")
    assert "data-said" in browser.post(f"/campaigns/{campaign.id}/draft", wrong, status=409, headers={"HX-Request": "true"}).text


def test_a_second_language_is_added_and_written_apart(browser, world, acting, campaign):
    browser.sign_in(world.officer).post(f"/campaigns/{campaign.id}/draft", form_of(campaign, do="language:en"))
    page = browser.get(f"/campaigns/{campaign.id}/edit?language=en")
    assert 'aria-current="page">Bahasa Inggris' in page.text
    now = stored(acting, world, campaign.id)
    sent = {"version": str(now.version), "blocks": "1", "subject": "In English", "do": "add:heading"}
    browser.post(f"/campaigns/{campaign.id}/draft?language=en", sent)
    kept = stored(acting, world, campaign.id).draft["languages"]
    assert (kept["id"]["subject"], kept["en"]["subject"]) == ("Kuota paspor Desember", "In English")
    assert "Unsubscribe" not in browser.get(f"/campaigns/{campaign.id}/preview?language=id&look=text", check=False).text
    browser.get(f"/campaigns/{campaign.id}/edit?language=fr", status=404)


def test_the_preview_runs_nothing_and_shows_each_look(browser, world, campaign):
    browser.sign_in(world.viewer)
    for look in ("phone", "desktop", "dark", "bare", "text"):
        answer = browser.get(f"/campaigns/{campaign.id}/preview?look={look}", check=False)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("sandbox; default-src 'none'")
    dark = browser.get(f"/campaigns/{campaign.id}/preview?look=dark", check=False).text
    light = browser.get(f"/campaigns/{campaign.id}/preview?look=phone", check=False).text
    assert "@media all" in dark
    assert "@media not all" in light
    assert 'src="/campaigns/pictures/' in light
    bare = browser.get(f"/campaigns/{campaign.id}/preview?look=bare", check=False).text
    assert 'alt="Loket paspor"' in bare
    assert 'src="' not in re.search(r"<img[^>]*>", bare).group(0)
    browser.get(f"/campaigns/{campaign.id}/preview?look=x", status=404)


# ML-02
def test_the_preview_is_of_people_in_scope_and_of_no_others(browser, world, acting, campaign):
    with acting(world.officer):
        agency = make_organization(world.sgr)
        person = make_person(world.sgr, "O'Brien <b>", salutation="Ibu", called="Siti")
        make_affiliation(person, agency)
    with acting(world.sister_officer):
        foreign = make_person(world.wnm, "Orang Rahasia")
    browser.sign_in(world.officer)
    assert "Ibu Siti" in browser.get(f"/campaigns/{campaign.id}/preview?person_id={person.id}", check=False).text
    assert "Bapak/Ibu" in browser.get(f"/campaigns/{campaign.id}/preview", check=False).text
    for asked in (f"person_id={foreign.id}", "person=Orang+Rahasia", "person=Tidak+ada"):
        assert "Orang Rahasia" not in browser.get(f"/campaigns/{campaign.id}/preview?{asked}", status=404).text


# ML-02
def test_a_test_goes_to_ones_own_address_whatever_the_form_says_and_counts_nowhere(browser, world, acting, campaign):
    browser.sign_in(world.officer).post(
        f"/campaigns/{campaign.id}/test-mail", {"to": "luar@lain.example", "email": "luar@lain.example"}
    )
    with acting(world.officer) as session:
        message = session.scalars(sa.select(MailMessage)).one()
        assert message.to_email == world.officer.email
        assert message.subject == "[UJI] Kuota paspor Desember"
        assert message.purpose == "campaign-test"
        assert "Suparmi" in message.html_body
        from crm.campaigns.models import Delivery  # noqa: PLC0415

        assert session.scalars(sa.select(Delivery)).all() == []


def test_versions_are_listed_compared_in_words_and_brought_back(browser, world, acting, campaign):
    browser.sign_in(world.officer)
    browser.post(f"/campaigns/{campaign.id}/draft", form_of(campaign, subject="Kuota paspor Januari"))
    page = browser.get(f"/campaigns/{campaign.id}/versions", queries=14).text
    oldest = re.findall(rf"/campaigns/{campaign.id}/versions/(\d+)", page)[-1]
    shown = browser.get(f"/campaigns/{campaign.id}/versions/{oldest}").text
    assert re.search(r"<del>.*?Desember</del>", shown)
    assert re.search(r"<ins>.*?Januari</ins>", shown)
    browser.post(f"/campaigns/{campaign.id}/versions/{oldest}/restoration")
    assert stored(acting, world, campaign.id).draft["languages"]["id"]["subject"] == "Kuota paspor Desember"
    browser.get(f"/campaigns/{campaign.id}/versions/999999", status=404)
    browser.sign_in(world.viewer).post(f"/campaigns/{campaign.id}/versions/{oldest}/restoration", status=403)


def test_a_picture_is_shown_to_everybody_who_has_its_address_and_to_nobody_else(browser, world, acting, campaign, app):
    from tests.browser import Browser  # noqa: PLC0415

    block = campaign.draft["languages"]["id"]["blocks"][2]["id"]
    sent = form_of(campaign, **{"do": f"picture:{block}", f"{block}-file": (picture(), "loket.png")})
    browser.sign_in(world.officer).post(f"/campaigns/{campaign.id}/draft", sent)
    src = next(b for b in stored(acting, world, campaign.id).draft["languages"]["id"]["blocks"] if b["id"] == block)["src"]
    stranger = Browser(app)
    answer = stranger.get(src, check=False)
    answer.close()
    assert answer.mimetype == "image/png"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    file_id, proof = src.rsplit("/", 1)[1].split("-")
    wrong_letter = "a" if proof[0] != "a" else "b"
    for guessed in (
        f"{file_id}-{wrong_letter}{proof[1:]}",
        f"{int(file_id) + 1}-{proof}",
        f"{file_id}-{proof[:-4]}.jpg",
        "x",
        f"{file_id}",
    ):
        stranger.get(f"/campaigns/pictures/{guessed}", status=404, check=False)
    assert stranger.get("/campaigns/pictures/none", status=204, check=False).data == b""
    browser.get(f"/files/{file_id}", status=404)


def test_only_pictures_are_pictures(browser, world, acting, campaign):
    block = campaign.draft["languages"]["id"]["blocks"][2]["id"]
    for name, content in (("a.txt", b"halo"), ("a.png", b"<svg onload=alert(1)>")):
        sent = form_of(campaign, **{"do": f"picture:{block}", f"{block}-file": (io.BytesIO(content), name), "subject": "Tetap"})
        page = browser.sign_in(world.officer).post(f"/campaigns/{campaign.id}/draft", sent, status=422)
        assert "Tetap" in page.text
    assert stored(acting, world, campaign.id).draft == campaign.draft


def test_name_sender_and_bulletin_are_changed_and_a_wrong_address_is_not_taken(browser, world, acting, campaign):
    browser.sign_in(world.officer)
    facts = {"name": "Nama baru", "sender_name": "Humas", "reply_to": "humas@kanim.example", "bulletin": "0"}
    page = browser.post(
        f"/campaigns/{campaign.id}/facts", {**facts, "version": str(campaign.version), "reply_to": "bukan"}, status=422
    )
    assert "Nama baru" in page.text
    browser.post(f"/campaigns/{campaign.id}/facts", {**facts, "version": str(campaign.version)})
    kept = stored(acting, world, campaign.id)
    assert (kept.name, kept.sender_name, kept.reply_to) == ("Nama baru", "Humas", "humas@kanim.example")
    assert "Nama baru" in browser.post(f"/campaigns/{campaign.id}/facts", {**facts, "version": "1"}, status=409).text


def test_a_draft_is_put_away_and_taken_back(browser, world, acting, campaign):
    browser.sign_in(world.officer).post(f"/campaigns/{campaign.id}/removal")
    assert stored(acting, world, campaign.id).state is CampaignState.CANCELLED
    browser.post(f"/campaigns/{campaign.id}/taking-back")
    assert stored(acting, world, campaign.id).state is CampaignState.DRAFT


@pytest.mark.parametrize("state", [CampaignState.SCHEDULED, CampaignState.RUNNING, CampaignState.FINISHED])
def test_what_left_the_drafts_is_changed_by_nobody(browser, world, acting, state):
    with acting(world.officer):
        row = make_campaign(world.sgr, state=state, draft=blocks.clean(draft(new_block(Kind.HEADING, text="Lama"))))
    browser.sign_in(world.officer)
    browser.get(f"/campaigns/{row.id}/edit", status=303)
    for act in ("draft", "removal", "approval-request", "taking-back", "test-mail"):
        browser.post(f"/campaigns/{row.id}/{act}", {"version": str(row.version), "subject": "x", "blocks": "1"})
    browser.post(f"/campaigns/{row.id}/facts", {"name": "x", "bulletin": "0", "version": str(row.version)})
    browser.post(f"/campaigns/{row.id}/attachments", {"file": (io.BytesIO(b"%PDF-1.4 x"), "x.pdf")})
    kept = stored(acting, world, row.id)
    assert (kept.draft, kept.state, kept.name) == (row.draft, state, row.name)
