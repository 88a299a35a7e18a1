import sqlalchemy as sa

from crm.stakeholders.models import Category, Organization, Stakeholder
from tests.world import MADE


def test_each_office_sees_its_own(app, world, acting):
    with acting(world.officer) as session:
        session.add(
            Organization(
                name="Disdukcapil", office_id=world.sgr.id, category=Category.PARTNER_AGENCY, created_at=MADE, updated_at=MADE
            )
        )
    with acting(world.sister_officer) as session:
        assert session.scalars(sa.select(Stakeholder)).all() == []
    with acting(world.regional) as session:
        assert [s.name for s in session.scalars(sa.select(Stakeholder))] == ["Disdukcapil"]


def test_404(browser, world):
    browser.sign_in(world.officer).get("/nothing", status=404)
