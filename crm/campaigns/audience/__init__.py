"""Who a campaign is for: everybody of its audience, whether each receives it, and if not why.

Asked in the scope of the campaign's own office, whoever asks: an approval given by headquarters is of the list that the office sends to.
"""

from crm.campaigns.audience.queries import counts, digest, listing, receiving_among, scope_of, within
from crm.campaigns.audience.walking import Candidate, chunk, page

__all__ = ["Candidate", "chunk", "counts", "digest", "listing", "page", "receiving_among", "scope_of", "within"]
