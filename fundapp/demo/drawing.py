"""The draw of the sample round: a list frozen first, then a value that is made up, and says so."""

from datetime import timedelta

from fundapp.demo.cast import FUNDERS, MANAGER
from fundapp.demo.rounds import end_reviewing
from fundapp.demo.stage import Stage
from fundapp.domain.joint_evaluation import WishKind
from fundapp.queries.deliberations import round_head
from fundapp.queries.lotteries import stored_lottery
from fundapp.queries.lottery_plans import draw_inputs
from fundapp.services.funding_wishes import set_wish
from fundapp.services.lotteries import draw_lottery, freeze_lottery

DAYS_TO_WAIT = 2
VALUE = "4 11 19 23 38 45"
_PINNING, _LEAST = FUNDERS[0], 1_000_000
"""Who pays at least how much, in minor units, to whom the draw chose."""


def freeze_the_list(stage: Stage, key: str) -> str:
    """End reviewing and freeze the list of those too close to call, for all places left."""
    end_reviewing(stage, key)
    known_on = (stage.now + timedelta(days=DAYS_TO_WAIT)).date()
    source = (
        f"Six numbers of {known_on.day} {known_on:%B %Y}, in rising order with one space between "
        "them (no real lottery: they are made up for this sample)"
    )
    with stage.transaction() as session:
        head, funders = round_head(session, stage.rounds[key])
        inputs = draw_inputs(session, head, funders)
        lottery = freeze_lottery(
            session,
            head.id,
            places=inputs.places,
            source=source,
            known_on=known_on,
            ranking=inputs.ranking,
            actor=stage.actor(session, MANAGER),
            now=stage.now,
        )
        return (
            f"{len(lottery.entries)} are too close to call for {lottery.places} places, so chance "
            f"will decide: the list is frozen ({lottery.commitment[:12]}…)."
        )


def draw(stage: Stage, key: str) -> str:
    """Draw with the value that the list named; a funder pins who won, so that plans pay it."""
    with stage.transaction() as session:
        row = draw_lottery(
            session,
            stage.rounds[key],
            public_value=VALUE,
            actor=stage.actor(session, MANAGER),
            now=stage.now,
        )
        lottery = stored_lottery(row)
        won = [item for item, outcome in lottery.outcomes.items() if outcome.is_won]
        for item in won:
            set_wish(
                session,
                lottery.applications[item],
                stage.funders[_PINNING.code],
                kind=WishKind.PIN,
                amount=_LEAST,
                reason="The draw gave it the money.",
                actor=stage.actor(session, _PINNING.officer),
                now=stage.now,
            )
    return (
        f"The numbers are {VALUE}: the draw gives the money to {' and '.join(won)}. Everybody can "
        f"repeat it at /calls/{lottery.terms.round_reference}/lottery."
    )
