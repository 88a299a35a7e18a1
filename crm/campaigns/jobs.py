"""The jobs of campaigns, wherever they are written: importing them registers them."""

from crm.campaigns import forgetting as _forgetting  # noqa: F401
from crm.campaigns import telling as _telling  # noqa: F401
from crm.campaigns.audience import keeping as _keeping  # noqa: F401
from crm.campaigns.checks import jobs as _checks  # noqa: F401
from crm.campaigns.events import jobs as _events  # noqa: F401 - registers its jobs
from crm.campaigns.results import breakdowns as _results  # noqa: F401
from crm.campaigns.sending import jobs as _sending  # noqa: F401
