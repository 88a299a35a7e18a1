"""E-mail addresses of accounts: one spelling each."""

from email_validator import EmailNotValidError, validate_email

LONGEST = 254


class BadEmail(ValueError):
    """Not an address that mail could be sent to."""


def normal(typed: str) -> str:
    """The spelling under which an account is found, whatever was typed: never fails."""
    return typed.strip().casefold()[:LONGEST]


def checked(typed: str) -> str:
    """The normal spelling of a real address in plain letters: others look alike. Raises BadEmail. Nothing is looked up in the net."""
    try:
        return normal(validate_email(typed.strip(), check_deliverability=False, allow_smtputf8=False).normalized)
    except EmailNotValidError:
        raise BadEmail(typed) from None
