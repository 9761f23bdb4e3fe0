"""What a nominator typed, read as it is stored."""

from collections.abc import Callable
from dataclasses import dataclass

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.text import one_line
from fundapp.domain.websites import read_website
from fundapp.services.addresses import read_address
from fundapp.services.notes import read_note
from fundapp.services.people import read_name

LONGEST_TITLE = 300


@dataclass(frozen=True, kw_only=True)
class Nominated:
    """What a nominator typed. The own name and address may stay empty."""

    title: str
    website: str
    reason: str
    maker_name: str
    maker_email: str
    nominator_name: str = ""
    nominator_email: str = ""


def read_nomination(typed: Nominated) -> Nominated:
    """Return the nomination as it is stored; InvalidInput names each field to mend."""
    problems: list[Problem] = []

    def read(name: str, reader: Callable[..., str]) -> str:
        try:
            return reader(getattr(typed, name), field=name)
        except InvalidInput as error:
            problems.extend(error.problems)
            return ""

    tidy = Nominated(
        title=read("title", _read_title),
        website=read("website", _read_page),
        reason=read("reason", _read_reason),
        maker_name=read("maker_name", read_name),
        maker_email=read("maker_email", read_address),
        nominator_name=read("nominator_name", read_name) if typed.nominator_name.strip() else "",
        nominator_email=(
            read("nominator_email", read_address) if typed.nominator_email.strip() else ""
        ),
    )
    if problems:
        raise InvalidInput(problems)
    return tidy


def _read_title(typed: str, *, field: str) -> str:
    title = one_line(typed)
    if not title:
        raise InvalidInput([Problem(field, "Give the title of the evaluation.")])
    if len(title) > LONGEST_TITLE:
        raise InvalidInput([Problem(field, f"Shorten the title to {LONGEST_TITLE} characters.")])
    return title


def _read_page(typed: str, *, field: str) -> str:
    link = read_website(typed, field=field).rstrip("/")
    if not link:
        raise InvalidInput([Problem(field, "Give the address at which it can be read.")])
    scheme, _, rest = link.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}://{host.lower()}{slash}{path}"


def _read_reason(typed: str, *, field: str) -> str:
    return read_note(typed, field=field, if_missing="Say why it deserves a prize.")
