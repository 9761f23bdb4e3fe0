"""What a board paper says of agreement and strictness, from the page that tells it in full."""

from fundapp.joint.evaluation.agreement import Coefficient
from fundapp.queries.agreements import AgreementPage
from fundapp.queries.board_paper_rows import (
    Agreeing,
    AgreementPart,
    HomeMarks,
    Orders,
    Strictness,
)


def agreement_part(page: AgreementPage) -> AgreementPart:
    """Return the agreement of a round's reviewers as a paper tells it."""
    evaluation, agreement, bias = page.evaluation, page.agreement, page.home_bias
    return AgreementPart(
        single=_agreeing(agreement.icc_single) if agreement else None,
        consistency=_agreeing(agreement.icc_consistency) if agreement else None,
        panel=_agreeing(agreement.icc_panel) if agreement else None,
        size=round(agreement.reviews_per_application) if agreement else 0,
        smallest=agreement.smallest_difference if agreement else None,
        shares=page.shares,
        belonging=page.belonging,
        orders=tuple(Orders(**vars(one)) for one in page.orders),
        home=HomeMarks(
            reviews=bias.reviews, difference=bias.difference, low=bias.low, high=bias.high
        )
        if bias
        else None,
        is_corrected=bool(evaluation and evaluation.calibrated),
        why=evaluation.why if evaluation else "",
        reviewers=tuple(
            Strictness(
                label=one.name,
                funder=one.funder,
                reviews=one.reviews,
                strictness=one.strictness,
                low=one.low,
                high=one.high,
                flag=one.flag,
            )
            for one in page.reviewers
        ),
        reach=page.reach,
        warnings=evaluation.warnings if evaluation else (),
    )


def _agreeing(found: Coefficient) -> Agreeing:
    return Agreeing(value=found.value, low=found.low, high=found.high, reason=found.reason)
