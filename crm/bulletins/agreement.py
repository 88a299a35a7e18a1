"""The sentences that strangers agree to on the public page. The receipt keeps them word by word, with the version.

A change of one word is a new VERSION: tests/bulletins/test_agreement.py holds the two together.
"""

from flask_babel import force_locale
from flask_babel import gettext as _

VERSION = "BL-1"


def bulletin_sentence(office: str, language: str) -> str:
    """What must be agreed to."""
    with force_locale(language):
        return _(
            "I agree that %(office)s uses my e-mail address and name only to send the bulletins that I chose.", office=office
        )


def clicks_sentence(language: str) -> str:
    """What may be agreed to besides."""
    with force_locale(language):
        return _("I also agree that my visits to links in the bulletins are recorded to improve them.")


def return_sentence(office: str, language: str) -> str:
    """What ticking a bulletin on the page of preferences means."""
    with force_locale(language):
        return _("A ticked bulletin means: I agree that %(office)s uses my e-mail address to send it.", office=office)
