"""Promise guard: wording in outgoing text that binds the office, in Indonesian and English. Pure.

It stands with commitments and not with campaigns because answers to the public and the press, releases, invitations and minutes read it too,
and what it finds is settled by a commitment. Whoever writes text asks `find`; what a finding means for sending is the asker's affair.
"""

from crm.commitments.promises.finding import MARKED, STOPS, TO_KEEP, Promise, find, key_of, sentences, with_softer
from crm.commitments.promises.phrases import Group

__all__ = ["MARKED", "STOPS", "TO_KEEP", "Group", "Promise", "find", "key_of", "sentences", "with_softer"]
