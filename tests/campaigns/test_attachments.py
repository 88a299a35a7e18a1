"""Files that go along with a mail."""

import io
import re

import pytest

from crm.campaigns.writing import blocks
from tests.campaigns.factories import make_campaign
from tests.campaigns.writing.drafts import draft, one_of_each


@pytest.fixture
def campaign(world, acting):
    with acting(world.officer):
        return make_campaign(world.sgr, by=world.officer, draft=blocks.clean(draft(*one_of_each())))


def test_files_go_along_up_to_five_megabytes(browser, world, acting, campaign):
    browser.sign_in(world.officer)
    browser.post(f"/campaigns/{campaign.id}/attachments", {"file": (io.BytesIO(b"%PDF-1.4 undangan"), "undangan.pdf")})
    page = browser.get(f"/campaigns/{campaign.id}/edit").text
    assert "undangan.pdf" in page
    large = io.BytesIO(b"a,b\n" * (1_400_000))
    refused = browser.post(f"/campaigns/{campaign.id}/attachments", {"file": (large, "besar.csv")})
    refused.request.input_stream.close()  # the test client's own temporary file
    page = browser.get(f"/campaigns/{campaign.id}/edit").text
    assert "Lepas: besar.csv" not in page
    assert "paling besar 5 MB seluruhnya." in page
    file_id = re.search(rf"/campaigns/{campaign.id}/attachments/(\d+)/removal", page).group(1)
    browser.post(f"/campaigns/{campaign.id}/attachments/{file_id}/removal")
    assert "undangan.pdf" not in browser.get(f"/campaigns/{campaign.id}/edit").text
    browser.post(f"/campaigns/{campaign.id}/attachments/{file_id}/removal", status=404)
