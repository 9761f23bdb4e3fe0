"""Whether a file is a letter or an announcement of ours, and whether it is still in force."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from fundapp.documents.seals import Finding, earlier_states, finding_on
from fundapp.domain.seals import Verdict
from fundapp.queries.verification import KnownDocument, document_of_hashes, is_stored_file

CHANGED = "It was changed after we sealed it. Do not rely on it; ask us for the right one."
NOT_OURS = "It does not carry our seal. It is not from us, or it was made anew from one of ours."
NOT_RECORDED = "It carries our seal, but our record does not have it. Ask us before you rely on it."


@dataclass(frozen=True)
class FileVerdict:
    """What we say of a file. document: the one that it is or was made from, where we know it."""

    verdict: Verdict
    why: str
    document: KnownDocument | None = None


def check_file(
    session: Session, pdf: bytes, *, certificate: bytes, now: datetime | None = None
) -> FileVerdict:
    """Return what we say of a file; `certificate` is the fund's (DER). 3 statements at most.

    It is genuine only where it is byte for byte what we issued, whatever became of the key since.
    The seal tells apart what was changed and what was never ours. Raises NoDocument for what is
    no PDF. now: with it, a winner's certificate is unknown until its announcement.
    """
    hashes = [hashlib.sha256(state).hexdigest() for state in (pdf, *earlier_states(pdf))]
    document = document_of_hashes(session, hashes, now=now)
    if document is not None and is_stored_file(session, hashes[0]):
        return FileVerdict(document.verdict, what_it_means(document), document)
    finding = finding_on(pdf, certificate)
    if finding is Finding.ALTERED or document is not None:
        return FileVerdict(Verdict.ALTERED, CHANGED, document)
    if finding is Finding.SEALED:
        return FileVerdict(Verdict.FOREIGN, NOT_RECORDED)
    return FileVerdict(Verdict.FOREIGN, NOT_OURS)


def what_it_means(document: KnownDocument) -> str:
    """Return what the state of a document of ours means, in a sentence."""
    match document.verdict:
        case Verdict.AMENDED:
            return f"We issued it, and replaced it. In force is {document.in_force}."
        case Verdict.WITHDRAWN:
            return "We issued it, and took the award back. It is in force no more."
        case _:
            return "We issued it, nothing in it was changed, and it is in force."
