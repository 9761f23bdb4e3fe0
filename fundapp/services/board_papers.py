"""The paper for the funders' joint meeting, made for one of them."""

import hashlib
import json
from dataclasses import asdict, replace
from io import BytesIO

from fundapp.documents.pool import print_one
from fundapp.domain.errors import DocumentFailed
from fundapp.models import Person
from fundapp.queries.board_paper_rows import BoardPaper
from fundapp.queries.board_papers import Making, board_paper
from fundapp.queries.fund import fund_identity
from fundapp.queries.round_changes import last_change
from fundapp.queries.round_files import OrderedFile
from fundapp.services.round_files import MadeFile
from fundapp.services.round_packs import UNTOLD
from fundapp.services.work import Work


def make_board_paper(work: Work, ordered: OrderedFile) -> MadeFile:
    """Print the paper of a round as its reader may see it. Half a minute for 1,000 applications.

    Raises WrongState where there is nothing to tell yet, DocumentFailed with the reason.
    """
    with work.reading() as session:
        making = Making(
            reader=ordered.reader,
            reader_name=session.get_one(Person, ordered.reader.person_id).name,
            fund=fund_identity(work.config),
            made_at=ordered.ordered_at,
            changed_at=last_change(session, ordered.round_id, without=UNTOLD),
        )
        row = board_paper(session, ordered.round_id, making)
    row = replace(row, state_sha256=state_sha256(row))
    printed = print_one(row)
    if printed.pdf is None:
        raise DocumentFailed(printed.problem)
    name = f"{row.round_reference}-board-paper.pdf"
    return MadeFile(name, BytesIO(printed.pdf), row.state_sha256, making.changed_at)


def state_sha256(row: BoardPaper) -> str:
    """Return the hash of what a paper tells, whenever and by whichever installation it is made."""
    told = asdict(row)
    for name in ("issued_at", "state_sha256", "fund", "version"):
        del told[name]
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
