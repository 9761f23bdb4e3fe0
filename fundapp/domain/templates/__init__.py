"""The two round templates that come with the product. A round is a copy that may be changed."""

from fundapp.domain.templates.exceptional_evaluations import EXCEPTIONAL_EVALUATIONS
from fundapp.domain.templates.seed_grants import SEED_GRANTS
from fundapp.domain.templates.shape import (
    PrizePlace,
    RoundTemplate,
    StageDays,
)

TEMPLATES = (SEED_GRANTS, EXCEPTIONAL_EVALUATIONS)
"""In the order in which a fund manager is offered them."""

__all__ = [
    "EXCEPTIONAL_EVALUATIONS",
    "SEED_GRANTS",
    "TEMPLATES",
    "PrizePlace",
    "RoundTemplate",
    "StageDays",
]
