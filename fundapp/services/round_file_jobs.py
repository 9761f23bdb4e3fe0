"""The job that makes an ordered file of a round: slow, so outside of any write transaction."""

from collections.abc import Mapping
from uuid import UUID

from fundapp.domain.errors import FilesUnavailable, FundError
from fundapp.domain.permissions import require
from fundapp.domain.round_files import NEEDED, RoundFileKind
from fundapp.queries.round_files import OrderedFile, ordered_file
from fundapp.services.board_papers import make_board_paper
from fundapp.services.round_files import (
    KeptFile,
    Maker,
    fail_round_file,
    issue_round_file,
)
from fundapp.services.round_packs import make_pack
from fundapp.services.work import Work

MAKERS: Mapping[RoundFileKind, Maker] = {
    RoundFileKind.PACK: make_pack,
    RoundFileKind.BOARD_PAPER: make_board_paper,
}
"""What makes each kind of file."""

TRIES = 3
"""How often it is made anew because a conflict was recorded while it was being made."""

RESTLESS = "What you may see of this round changed while the file was being made. Make it again."


def make_round_file(work: Work, makers: Mapping[RoundFileKind, Maker] = MAKERS) -> None:
    """Make one ordered file (payload: file_id) and keep it; a settled one is left.

    Where the maker tells why it cannot be made, the file fails with that reason. Where the file
    store does not answer, the job comes back.
    """
    file_id = UUID(work.payload["file_id"])
    for _ in range(TRIES):
        with work.reading() as session:
            ordered = ordered_file(session, file_id)
        if ordered is None:
            return
        try:
            kept = _make(work, ordered, makers)
        except FilesUnavailable:
            raise
        except FundError as problem:
            _fail(work, file_id, str(problem))
            return
        with work.transaction() as session:
            if issue_round_file(session, file_id, kept, now=work.now()):
                return
    _fail(work, file_id, RESTLESS)


def _make(work: Work, ordered: OrderedFile, makers: Mapping[RoundFileKind, Maker]) -> KeptFile:
    require(ordered.reader, NEEDED[ordered.kind], ordered.facts)
    made = makers[ordered.kind](work, ordered)
    with made.content:
        sha256, size = work.files.put(made.content)
    return KeptFile(made, sha256, size, sight=ordered.sight)


def _fail(work: Work, file_id: UUID, problem: str) -> None:
    with work.transaction() as session:
        fail_round_file(session, file_id, problem=problem, now=work.now())
