"""Each check finds what it is for and passes over what is fine; what stops, stops."""

import re
from pathlib import Path

import pytest

from crm.bulletins import service as bulletins
from crm.campaigns import checks
from crm.campaigns.checks import Severity, links, points
from crm.campaigns.models import Answer, CampaignKind, Exclusion, PromiseAnswer
from crm.campaigns.writing import designs
from crm.campaigns.writing.blocks import Kind, new_block
from crm.core.clock import now
from tests.campaigns.checks import drafts
from tests.engagements.factories import make_meeting

PLAIN = "https://kanim.example/x"
OWN = "/campaigns/pictures/1-abc.png"


@pytest.fixture
def look(acting, world, clock):
    """Codes and severities of what is found in a draft."""
    clock.freeze("2026-11-24 09:00")

    def run(draft=None, *, kind=CampaignKind.BULLETIN, change=None):
        with acting(world.manager):
            campaign = drafts.make(world.sgr, draft, kind)
            if change:
                campaign.draft = {**campaign.draft, "languages": change(campaign.draft["languages"])}
            return [(each.code, each.severity.value) for each in checks.run(campaign)]

    return run


def test_a_good_draft_has_no_findings(look):
    assert look() == []
    assert look(drafts.good(language="en")) == []


def part(**values):
    def change(languages):
        return {code: {**one, **values} for code, one in languages.items()}

    return change


def described(value: object) -> str:
    """A name that every process gives alike: the id of a block is drawn anew in each."""
    shown = {key: each for key, each in value.items() if key != "id" and each} if isinstance(value, dict) else value
    return str(shown)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"subject": ""}, ("subject-missing", "stop")),
        ({"subject": "x" * 61}, ("subject-long", "warn")),
        ({"preheader": " "}, ("preheader-missing", "warn")),
        ({"blocks": []}, ("language-empty", "stop")),
        ({"subject": "Halo [[nama_kucing]]"}, ("unknown-field", "stop")),
    ],
)
def test_subject_first_line_and_content(look, values, found):
    assert found in look(change=part(**values))


@pytest.mark.parametrize(
    ("block", "found"),
    [
        (new_block(Kind.PICTURE, src=OWN, alt=""), ("alt-missing", "stop")),
        (new_block(Kind.ARTICLE, src=OWN, alt="", title="Berita", url=PLAIN), ("alt-missing", "stop")),
        (new_block(Kind.BUTTON, label="", url=PLAIN), ("button-incomplete", "stop")),
        (new_block(Kind.BUTTON, label="Daftar antrean", url=""), ("button-incomplete", "warn")),
        (new_block(Kind.BUTTON, label="Klik di sini", url=PLAIN), ("link-vague", "stop")),
        (new_block(Kind.BUTTON, label="Click here", url=PLAIN), ("link-vague", "stop")),
        (new_block(Kind.BUTTON, label="Selengkapnya", url=PLAIN), ("link-vague", "stop")),
        (drafts.text(f'<p>Untuk jadwal, <a href="{PLAIN}">di sini</a>.</p>'), ("link-vague", "stop")),
        (drafts.text("<p>Silakan klik disini untuk mendaftar.</p>"), ("link-vague", "stop")),
        (drafts.text(f'<p>Lihat <a href="{PLAIN}">{PLAIN}</a>.</p>'), ("link-bare", "warn")),
        (drafts.text(f'<p><a href="{PLAIN}">Unsubscribe</a></p>'), ("own-unsubscribe", "stop")),
        (drafts.text('<p><a href="https://k.example/unsubscribe?x=1">Atur</a></p>'), ("own-unsubscribe", "stop")),
        (drafts.text("<p>Balas surel ini dengan kata BERHENTI.</p>"), ("unsubscribe-otherwise", "warn")),
        (drafts.text("<p>Untuk berhenti berlangganan, hubungi kami.</p>"), ("unsubscribe-otherwise", "warn")),
        (drafts.text("<p>Rapat Senin, 3 November 2025 pukul 09.00.</p>"), ("day-past", "warn")),
        (drafts.text("<p>Rapat Selasa, 30 November 2026.</p>"), ("weekday-wrong", "stop")),
        (drafts.text("<p>Paspor Anda pasti terbit.</p>"), ("promise", "stop")),
        (drafts.text("<p>Kami siap membantu Anda.</p>"), ("promise", "warn")),
        (drafts.text("<p>Mohon ditunggu kabarnya.</p>"), ("promise", "note")),
        (new_block(Kind.LIST, items=["Paspor gratis"]), ("promise", "warn")),
        (new_block(Kind.AGENDA, rows=[["Senin", "Paspor pasti terbit"]]), ("promise", "stop")),
        (drafts.text(f"<p>{'panjang ' * 2400}</p>" * 1), None),
    ],
    ids=described,
)
def test_blocks(look, block, found):
    seen = look(drafts.good(block))
    assert [found] == seen if found else seen == []


@pytest.mark.parametrize(
    "block",
    [
        new_block(Kind.PICTURE, src=OWN, alt="Loket paspor"),
        new_block(Kind.BUTTON, label="Lihat jadwal layanan paspor", url=PLAIN),
        new_block(Kind.DIVIDER),
        drafts.text(f'<p>Baca <a href="{PLAIN}">syarat paspor anak</a>.</p>'),
        drafts.text("<p>Anda dapat berhenti berlangganan lewat tautan di bawah.</p>"),
        drafts.text("<p>Rapat Senin, 30 November 2026 pukul 09.00.</p>"),
        drafts.text("<p>Kantor berdiri sejak 3 November 1950.</p>"),
        drafts.text("<p>Aturan 3 November 2025 telah dicabut.</p>"),
        new_block(Kind.CONTACT, name="Humas", phone="021 555", email="humas@kanim.example"),
    ],
    ids=described,
)
def test_what_is_fine_is_passed_over(look, block):
    assert look(drafts.good(block)) == []


def test_only_pictures_stop(look):
    picture = new_block(Kind.PICTURE, src=OWN, alt="Undangan")
    assert ("only-pictures", "stop") in look(change=part(blocks=[picture]))


def test_a_language_that_says_nothing_stops(look):
    draft = drafts.good()
    draft["languages"]["en"] = {"subject": "", "preheader": "", "blocks": [new_block(Kind.TEXT), new_block(Kind.ARTICLE)]}
    assert {("language-empty", "stop"), ("subject-missing", "stop")} <= set(look(draft))


def test_an_archived_bulletin_is_not_sent(acting, world):
    """Its readers can't choose about it any more: the page of their preferences does not show it."""
    with acting(world.manager):
        campaign = drafts.make(world.sgr)
        assert checks.stops(campaign) == []
        bulletins.archive_bulletin(campaign.bulletin, by=world.manager)
        assert [each.code for each in checks.stops(campaign)] == ["bulletin-archived"]


def test_a_large_mail_is_clipped(look):
    assert ("size-clipped", "warn") in look(drafts.good(*[drafts.text(f"<p>{'kata ' * 3900}</p>") for _ in range(6)]))


def test_a_superlative_weighs_more_in_a_release(look):
    draft = drafts.good(drafts.text("<p>Layanan tercepat.</p>"))
    assert look(draft) == [("promise", "note")]
    assert look(draft, kind=CampaignKind.PRESS) == [("promise", "warn")]


def test_what_stops_is_told_apart_and_comes_first(acting, world):
    with acting(world.manager):
        campaign = drafts.make(
            world.sgr, drafts.good(drafts.text("<p>Kami siap membantu. </p>"), drafts.text("<p>Pasti terbit.</p>"))
        )
        assert [each.severity for each in checks.run(campaign)] == [Severity.STOP, Severity.WARN]
        assert [each.code for each in checks.stops(campaign)] == ["promise"]
        assert checks.stops(drafts.make(world.sgr)) == []


def test_a_finding_points_at_its_block_and_says_it_in_both_languages(acting, world, app):
    block = drafts.text("<p>Paspor pasti terbit.</p>")
    with acting(world.manager):
        campaign = drafts.make(world.sgr, drafts.good(block))
        (found,) = checks.run(campaign)
    assert (found.block_id, found.language, found.promise.text) == (block["id"], "id", "pasti terbit")
    assert "pasti terbit" in found.sentence


def test_a_sentence_that_somebody_answered_for_is_passed_over_until_its_words_change(acting, world):
    with acting(world.manager) as session:
        campaign = drafts.make(world.sgr, drafts.good(drafts.text("<p>Paspor pasti terbit.</p>")))
        (found,) = checks.run(campaign)
        session.add(
            PromiseAnswer(
                campaign_id=campaign.id,
                key=found.key,
                answer=Answer.KEPT,
                sentence="x",
                reason="y",
                created_at=now(),
                created_by_id=world.manager.id,
            )
        )
        session.flush()
        assert checks.run(campaign) == []
        assert [each.code for each in checks.run(campaign, drafts.good(drafts.text("<p>Paspor pasti terbit besok.</p>")))] == [
            "promise"
        ]


def test_addresses_of_functions_among_the_recipients_are_told(acting, world):
    with acting(world.manager):
        campaign = drafts.make(world.sgr)
        (found,) = checks.run(campaign, counts={None: 3, Exclusion.ROLE_ADDRESS: 2})
    assert (found.code, found.severity) == ("role-addresses", Severity.WARN)
    assert "2" in found.sentence


@pytest.mark.parametrize(
    ("status", "found"), [(200, None), (301, None), (403, None), (404, "stop"), (410, "stop"), (500, "warn"), (None, "warn")]
)
def test_links_that_lead_nowhere(acting, world, status, found):
    with acting(world.manager):
        campaign = drafts.make(world.sgr, drafts.good(new_block(Kind.BUTTON, label="Syarat paspor", url=PLAIN)))
        links.keep(campaign.office_id, {PLAIN: status})
        assert [each.severity.value for each in checks.run(campaign)] == ([found] if found else [])


@pytest.mark.parametrize("design", list(designs.Design))
@pytest.mark.parametrize("language", ["id", "en"])
def test_ready_designs_bring_no_promise_and_no_wrong_link(acting, world, design, language):
    context = designs.Context(
        "Kanim Sagaramaya",
        "Sagaramaya",
        "Selasa, 24 November 2026" if language == "id" else "Tuesday, 24 November 2026",
        "Buletin",
    )
    with acting(world.manager):
        campaign = drafts.make(world.sgr, designs.draft_of(design, context, language))
        codes = {each.code for each in checks.run(campaign)}
    assert codes <= {"preheader-missing", "subject-long", "day-past", "unfilled", "block-empty"}


def test_a_day_that_the_office_has_in_its_calendar_promises_nothing_new(acting, world, clock):
    clock.freeze("2026-11-24 09:00")
    with acting(world.manager):
        campaign = drafts.make(world.sgr, drafts.good(drafts.text("<p>Mulai 1 Desember 2026 akan berlaku jam layanan baru.</p>")))
        assert [each.code for each in checks.run(campaign)] == ["promise"]
        make_meeting(world.sgr, on="2026-12-01")
        assert checks.run(campaign) == []


def test_every_finding_belongs_to_one_point():
    """A finding that no point knows would leave its point among those in order."""
    sources = "".join(each.read_text(encoding="utf-8") for each in Path(points.__file__).parent.glob("*.py"))
    codes = set(re.findall(r'Finding\(\s*(?:code=)?"([a-z-]+)"', sources))
    known = [code for look in points._LOOKS for code in look.codes]
    assert len(codes) > 20
    assert sorted(known) == sorted(codes)


def test_points_in_order_say_what_was_seen(acting, world, clock):
    clock.freeze("2026-11-24 09:00")
    more = [
        new_block(Kind.PICTURE, src=OWN, alt="Loket", url=""),
        new_block(Kind.BUTTON, label="Daftar antrean", url=PLAIN),
        drafts.text("<p>Loket dibuka Rabu, 25 November 2026.</p>"),
    ]
    with acting(world.manager):
        campaign = drafts.make(world.sgr, drafts.good(*more))
        before = checks.report(campaign)
        seen = {each.title: each.note for each in before.clean}
        assert before.findings == []
        assert seen["Semua gambar punya keterangan"] == "1 gambar"
        assert seen["Hari dan tanggal cocok"] == "1 tanggal"
        assert seen["Subjek dan kalimat awal pas"] == "21 karakter"
        assert seen["Tautan sedang dicoba"].startswith("0 dari 1")
        assert (before.passed, before.whole) == (len(before.clean) - 1, len(before.clean))
        links.keep(world.sgr.id, {PLAIN: 200})
        after = checks.report(campaign, counts={None: 3})
        assert {each.title: each.note for each in after.clean}["Tautan hidup"] == "1 dari 1"
        assert (after.passed, after.whole) == (before.whole + 1, before.whole + 1)


def test_a_point_with_a_finding_is_not_among_those_in_order(acting, world, clock):
    clock.freeze("2026-11-24 09:00")
    with acting(world.manager):
        good = checks.report(drafts.make(world.sgr))
        promising = drafts.good(drafts.text("<p>Paspor pasti terbit besok. Kami jamin selesai.</p>"))
        report = checks.report(drafts.make(world.sgr, promising))
    assert {each.code for each in report.findings} == {"promise"}
    assert "Tidak ada janji yang menggantung" not in {each.title for each in report.clean}
    assert "Tidak ada janji yang menggantung" in {each.title for each in good.clean}
    assert (report.passed, report.whole) == (good.whole - 1, good.whole)


def test_what_there_is_none_of_is_no_point(acting, world):
    with acting(world.manager):
        titles = {each.title for each in checks.report(drafts.make(world.sgr)).clean}
    assert titles.isdisjoint(
        {"Semua gambar punya keterangan", "Tautan hidup", "Tautan menyebut tujuannya", "Hari dan tanggal cocok"}
    )
