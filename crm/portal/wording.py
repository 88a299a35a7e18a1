"""What the mails of the public pages are called in the list of mail."""

from flask_babel import lazy_gettext as _l

from crm.mail.wording import add_purposes

add_purposes({"bulletin-confirmation": _l("Confirmation of a subscription")})
