"""Pictures of mails are what every mail program draws."""

import io

import pytest

from crm.campaigns import service
from crm.core import scope as scopes
from tests.campaigns.factories import make_campaign
from tests.files.factories import picture

SYSTEM = scopes.system_scope("tests of pictures")


@pytest.mark.parametrize(("kind", "kept"), [("webp", "jpg"), ("png", "png"), ("jpg", "jpg")])
def test_a_picture_in_webp_is_kept_as_jpeg_because_outlook_shows_none(world, acting, kind, kept):
    with acting(SYSTEM):
        campaign = make_campaign(world.sgr)
        src = service.add_picture(campaign, io.BytesIO(picture(kind)), name=f"loket.{kind}", by=world.officer)
    assert src.endswith(f".{kept}")
