"""Whether a text is an e-mail address. Its form only: nobody is asked over the network."""

from email_validator import EmailNotValidError, validate_email


def is_email(text: str) -> bool:
    try:
        # .example and .test are where demonstrations and tests live.
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True
