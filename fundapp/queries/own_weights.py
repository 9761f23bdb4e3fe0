"""The weights that funders give the criteria of a round by their own lights."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from fundapp.domain.rubrics import Criterion, Rubric
from fundapp.models import Criterion as CriterionRow
from fundapp.models import Envelope, FunderWeight
from fundapp.queries.round_records import criterion_of


@dataclass(frozen=True)
class WeighedRubric:
    """A round's criteria with the ids of their rows, and the funders' own weights.

    own: by funder, then by the criterion's code, in the order of the criteria. A funder that
    weighs as the rubric does is not in it.
    """

    criteria: tuple[tuple[UUID, Criterion], ...]
    own: Mapping[UUID, Mapping[str, int]]

    @property
    def rubric(self) -> Rubric:
        """Return the criteria as reviewers see them."""
        return Rubric(tuple(criterion for _, criterion in self.criteria))


def weighed_rubric(session: Session, round_id: UUID) -> WeighedRubric:
    """Return the round's rubric with the funders' own weights. 1 statement."""
    rows = session.execute(
        select(CriterionRow, Envelope.funder_id, FunderWeight.weight)
        .outerjoin(FunderWeight, FunderWeight.criterion_id == CriterionRow.id)
        .outerjoin(
            Envelope,
            and_(
                Envelope.round_id == CriterionRow.round_id,
                Envelope.funder_id == FunderWeight.funder_id,
            ),
        )
        .where(CriterionRow.round_id == round_id)
        .order_by(CriterionRow.position, CriterionRow.id, Envelope.position, FunderWeight.funder_id)
    )
    criteria: dict[UUID, Criterion] = {}
    own: dict[UUID, dict[str, int]] = {}
    for row, funder_id, weight in rows:
        if row.id not in criteria:
            criteria[row.id] = criterion_of(row)
        if funder_id is not None:
            own.setdefault(funder_id, {})[row.code] = weight
    return WeighedRubric(tuple(criteria.items()), own)
