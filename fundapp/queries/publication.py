"""Which rounds' results everybody may read: the rule of `domain/embargoes` for statements."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_

from fundapp.domain.embargoes import ANNOUNCED_STATES
from fundapp.models import Round


def has_public_results(now: datetime) -> ColumnElement[bool]:
    """Return the condition on `Round` that its results are public at `now`."""
    return and_(Round.state.in_(ANNOUNCED_STATES), Round.announced_at <= now)
