"""What stakeholders leave for later."""

from crm.core.jobs import job
from crm.stakeholders import service


@job("stakeholders.index_people")
def index_people(*, organization_id: int) -> None:
    """The name of an organization stands under the names of its people in suggestions."""
    service.index_people_of(organization_id)
