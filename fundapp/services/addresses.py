"""Mail addresses as they are stored and compared: trimmed, lower case, ASCII."""

from email_validator import EmailNotValidError, validate_email

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.text import quoted

LONGEST = 254


def read_address(typed: str, *, field: str = "email") -> str:
    """Return the address that `typed` names; InvalidInput for `field` when it is none.

    International domains become their ASCII form; letters outside ASCII before the @
    are refused, because many servers cannot take them.
    """
    text = typed.strip()
    if not text:
        raise _refusal(field, "Enter a mail address, such as name@example.org")
    if len(text) > LONGEST:
        raise _refusal(field, f"This address is too long: at most {LONGEST} characters")
    try:
        found = validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        sentence = f"Enter a mail address, such as name@example.org. You entered {quoted(text)}"
        raise _refusal(field, sentence) from None
    if found.ascii_email is None:
        sentence = "We can only write to addresses with the letters a to z before the @ sign"
        raise _refusal(field, sentence)
    return found.ascii_email.lower()


def _refusal(field: str, sentence: str) -> InvalidInput:
    return InvalidInput([Problem(field, sentence)])
