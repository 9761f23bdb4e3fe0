"""What everybody may read: the rules of the embargo and of consent, for statements."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case

from fundapp.domain.embargoes import ANNOUNCED_STATES
from fundapp.models import Organisation, Round

UNNAMED = "An individual"
"""How a person who did not consent to be named is called in public."""


def has_public_results(now: datetime) -> ColumnElement[bool]:
    """Return the condition on `Round` that its results are public at `now`."""
    return and_(Round.state.in_(ANNOUNCED_STATES), Round.announced_at <= now)


def is_unnamed() -> ColumnElement[bool]:
    """Return the condition that an `Organisation` is one person who may not be named."""
    return and_(Organisation.is_individual, Organisation.may_be_named.is_(False))


def public_name() -> ColumnElement[str]:
    """Return the name of an `Organisation` as everybody may read it."""
    return case((is_unnamed(), UNNAMED), else_=Organisation.name)
