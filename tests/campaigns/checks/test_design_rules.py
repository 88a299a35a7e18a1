"""What a design left open is found as long as it is left so, in every design and both languages."""

import pytest

from crm.campaigns import checks
from crm.campaigns.checks import design_rules, points
from crm.campaigns.writing import blocks, designs
from crm.campaigns.writing.blocks import LANGUAGES, Kind, new_block
from crm.campaigns.writing.designs import Context, Design
from tests.campaigns.checks import drafts
from tests.campaigns.factories import make_campaign

OFFICE = Context(
    "Kantor Imigrasi Sagaramaya", "Sagaramaya", "24 November 2026", "Kabar layanan", "021 555", "humas@kantor.example"
)
# What of each design is open, block by block; `warn`: it is not in the mail then, which may be meant so. A condolence is complete as it is.
OPEN = {
    Design.WEEKLY: [("article", "warn"), ("agenda", "warn")],
    Design.PRESS: [("subject", "stop"), ("heading", "stop"), ("text", "stop"), ("quote", "warn"), ("heading", "stop"), ("agenda", "warn")],
    Design.INVITATION: [("subject", "stop"), ("agenda", "stop")],
    Design.GREETING: [("picture", "warn")],
    Design.CONDOLENCE: [],
    Design.URGENT: [("subject", "stop"), ("list", "stop")],
}  # fmt: skip
FILLED = {Kind.ARTICLE: {"title": "Loket baru"}, Kind.PICTURE: {"src": "/campaigns/pictures/1-abc.png"}}


def begun(design, language):
    return blocks.clean(designs.draft_of(design, OFFICE, language))


def found(draft):
    return [(each.where, each.severity.value) for each in design_rules.findings(draft)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("design", Design)
def test_what_a_design_left_open_is_found(app, design, language):
    with app.test_request_context():
        assert found(begun(design, language)) == OPEN[design]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("design", Design)
def test_what_was_filled_in_is_found_no_more(app, design, language):
    draft = begun(design, language)
    part = draft["languages"][language]
    part["subject"] += " paspor"
    for block in part["blocks"]:
        block.update(FILLED.get(block["kind"], {}))
        if "rows" in block:
            block["rows"] = [[row[0], "Senin"] for row in block["rows"] or [["Hari", ""]]]
        block["items"] = [f"{item} loket" for item in block.get("items", ())]
        block["text"] = block.get("text") or "Loket baru"
        block["html"] = block.get("html", "").replace("</strong>", "</strong> Loket dibuka")
    with app.test_request_context():
        assert found(blocks.clean(draft)) == []


def test_an_urgent_notice_left_as_the_design_gave_it_is_not_complete_and_not_approved(acting, world):
    with acting(world.officer):
        campaign = make_campaign(world.sgr, by=world.officer, draft=begun(Design.URGENT, "id"))
        assert {each.code for each in checks.stops(campaign)} >= {"unfilled"}
        report = checks.report(campaign)
        assert str(next(look.title for look in points._LOOKS if "unfilled" in look.codes)) not in [
            each.title for each in report.clean
        ]
        said = [each.sentence for each in report.findings if each.code == "unfilled"]
        assert said[1].startswith("“Yang berubah:”, “Berlaku mulai:”, “Yang perlu dilakukan:” masih seperti pada contoh.")


def test_labels_of_ones_own_are_no_matter(app):
    with app.test_request_context():
        assert found(drafts.good(new_block(Kind.LIST, items=["Syarat:", "KTP"]))) == []
        assert found({**begun(Design.URGENT, "id"), "design": ""}) == []


def test_what_is_empty_is_not_drawn(acting, world):
    with acting(world.officer):
        campaign = make_campaign(world.sgr, by=world.officer, draft=begun(Design.WEEKLY, "id"))
        made = checks.running.rendering.render_all(campaign)["id"]
    assert "Agenda" not in made.html
    assert "Agenda" not in made.text
    with acting(world.officer):
        campaign = make_campaign(world.sgr, by=world.officer, draft=begun(Design.PRESS, "id"))
        made = checks.running.rendering.render_all(campaign)["id"]
    assert "<h1" not in made.html
