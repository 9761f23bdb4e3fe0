"""Hides in the text of a log what tells who ran it: for readers of a blind round."""

import re
from collections.abc import Iterator

from fundapp.domain.blinding import LEGAL_FORMS, SHARED_HOSTS, Identity
from fundapp.domain.conflicts import domain_of

HIDDEN = "▢▢▢"
"""Stands where something was hidden."""

_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_HOME = re.compile(r"(/(?:home|Users|root|mnt|media)/|[A-Za-z]:\\Users\\)[^\s\"'<>|:,]*")
_REPOSITORY = re.compile(
    r"(?:(?:https?|ssh|git)://|git@)(?:[\w.-]*\.)?(?:github|gitlab|bitbucket|huggingface)\.\w+"
    r"[^\s\"'<>)\]]*",
    re.IGNORECASE,
)


def mask_identity(text: str, identity: Identity) -> str:
    """Return `text` without mail addresses, home folders, repositories and the applicant's names.

    Names are found as they are written, whatever their case; a name in other words stays. It is a
    help for honest reviewers, no proof against one who searches.
    """
    for pattern in (_REPOSITORY, _MAIL, _HOME):
        text = pattern.sub(HIDDEN, text)
    names = sorted(set(_names(identity)), key=lambda name: (-len(name), name))
    if not names:
        return text
    listed = "|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names)
    return re.sub(listed, HIDDEN, text, flags=re.IGNORECASE)


def _names(identity: Identity) -> Iterator[str]:
    words = re.sub(r"\([^)]*\)", "", identity.organisation).split()
    if words:
        yield " ".join(words)
    while words and words[-1].strip(".,").casefold() in LEGAL_FORMS:
        words.pop()
    if len(" ".join(words)) > 2:
        yield " ".join(words)
    hosts = [identity.website, *(domain_of(one.email) or "" for one in identity.members)]
    for host in hosts:
        bare = re.sub(r"^\w+://", "", host).partition("/")[0].removeprefix("www.")
        if "." in bare and bare not in SHARED_HOSTS:
            yield bare
    for member in identity.members:
        name = re.sub(r"\([^)]*\)", "", member.name).strip()
        if " " in name:
            yield name
