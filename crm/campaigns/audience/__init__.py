"""Who a campaign is for: everybody of its audience, whether each receives it, and if not why.

Asked in the scope of the campaign's own office, whoever asks: an approval given by headquarters is of the list that the office sends to.
"""

from crm.campaigns.audience.candidates import Candidate
from crm.campaigns.audience.pages import page
from crm.campaigns.audience.queries import counts, digest, listing, receiving_among, scope_of, within
from crm.campaigns.audience.roll import Roll, read_out

__all__ = ["Candidate", "Roll", "counts", "digest", "listing", "page", "read_out", "receiving_among", "scope_of", "within"]
