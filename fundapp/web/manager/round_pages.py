"""What the pages of one round share: who may see them, its parts with their status, its strip."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from flask import request, url_for

from fundapp.domain.permissions import Action, Actor
from fundapp.domain.states import RoundKind
from fundapp.extensions import db
from fundapp.queries.paging import BOARD_ROWS, Page, page_among
from fundapp.queries.rounds import Readiness, RoundRecord, readiness_of, round_record
from fundapp.web.access import demand
from fundapp.web.installation import now

Item = TypeVar("Item")
PARTS = (
    ("settings", "Settings and call", "rounds.edit_settings"),
    ("form", "Form", "round_form.show_form"),
    ("rubric", "Rubric", "rubrics.edit_rubric"),
    ("funders", "Funders", "round_money.edit_envelopes"),
    ("prizes", "Prizes", "round_money.edit_prizes"),
    ("prize_rules", "Prize rules", "prize_rules.edit_rules"),
    ("panel", "Panel", "panels.show_panel"),
)

_PRIZE_PARTS = frozenset({"prizes", "prize_rules"})


@dataclass(frozen=True)
class RoundPage:
    """A manager's page of one round."""

    actor: Actor
    round: RoundRecord
    readiness: Readiness
    current: str

    def context(self) -> dict[str, Any]:
        """Return what the templates of such pages read."""
        return {
            "round": self.round,
            "readiness": self.readiness,
            "banner": self.round.notice or None,
            "tasks": self._tasks(),
        }

    def _tasks(self) -> list[dict[str, Any]]:
        is_prize = self.round.kind is RoundKind.PRIZE
        return [
            {
                "label": label,
                "href": url_for(endpoint, round_id=self.round.id),
                "current": part == self.current,
                **self._status(part),
            }
            for part, label, endpoint in PARTS
            if part not in _PRIZE_PARTS or is_prize
        ]

    def _status(self, part: str) -> dict[str, str]:
        lacks = [lack for lack in self.readiness.lacks if lack.part == part]
        needed = sum(lack.is_needed for lack in lacks)
        if not self.round.is_draft and part != "panel":
            return {"shape": "padlock", "word": "Frozen"}
        if needed:
            return {"shape": "ring", "word": f"{needed} to do"}
        if lacks and self.round.is_draft:
            return {"shape": "half", "word": "Enough to open"}
        return {"shape": "disc", "word": "Ready"}


def page_of_board(rows: Sequence[Item]) -> Page[Item]:
    """Return the page of a board that the address names; its sums stay those of all rows."""
    return page_among(rows, number=request.args.get("page", 1, type=int), size=BOARD_ROWS)


def round_page(round_id: UUID, current: str) -> RoundPage:
    """Return the page's round for a fund manager; refuse anybody else."""
    demand(Action.RUN_ROUNDS)
    record = round_record(db.session(), round_id)
    actor = demand(Action.RUN_ROUNDS, record.facts)
    return RoundPage(actor, record, readiness_of(db.session(), record, now=now()), current)
