"""An agency of the office, and one of the sister office that nobody here may learn of."""

import pytest

from tests.stakeholders.factories import make_organization


@pytest.fixture
def agency(acting, world):
    with acting(world.officer):
        return make_organization(world.sgr).id


@pytest.fixture
def foreign(acting, world):
    with acting(world.sister_officer):
        return make_organization(world.wnm, "Canary Kota Wanamaya").id
