"""What the panel made of applications, as applicants may read it: numbers and words, no names."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import quantiles
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.rubrics import Rubric
from fundapp.joint.evaluation.aggregation import CORRECTED
from fundapp.joint.evaluation.criteria import (
    CriterionMark,
    CriterionSummary,
    criterion_means,
    summarise_criteria,
)
from fundapp.joint.ties import keyed_order
from fundapp.models import Criterion, Ranking, Review, Score
from fundapp.queries.barred import barred_pairs
from fundapp.queries.document_rows import CriterionStanding, PanelView, SharedComment
from fundapp.queries.marks import CountedReview, counted_reviews, rubric_of_round

FEWEST_FUNDED = 3
"""Under this many funded applications their mean is not shown: each could be recognised."""

FEWEST_FOR_QUARTILES = 4


@dataclass(frozen=True)
class PanelViews:
    """The reviews of a round, ready to be shown by application."""

    rubric: Rubric
    reviews: Mapping[UUID, Sequence[CountedReview]]
    summaries: Mapping[tuple[str, str], CriterionSummary]
    funded_means: Mapping[str, float]
    comments: Mapping[UUID, tuple[SharedComment, ...]]
    corrected: Mapping[UUID, float]

    def of(self, application_id: UUID) -> PanelView:
        """Return the view on one application."""
        reviews = self.reviews.get(application_id, ())
        return PanelView(
            reviews=len(reviews),
            funders=len({review.funder_id for review in reviews}),
            criteria=self._standings(application_id, reviews),
            overall=overall_mean(reviews),
            corrected=self.corrected.get(application_id),
            comments=self.comments.get(application_id, ()),
        )

    def _standings(
        self, application_id: UUID, reviews: Sequence[CountedReview]
    ) -> tuple[CriterionStanding, ...]:
        if not reviews:
            return ()
        found = []
        for criterion in self.rubric.criteria:
            summary = self.summaries.get((str(application_id), criterion.code))
            marks = [
                mark for review in reviews if (mark := review.marks.get(criterion.code)) is not None
            ]
            lower, upper = middle_half(marks)
            found.append(
                CriterionStanding(
                    title=criterion.title,
                    weight=criterion.weight,
                    scale=criterion.marks,
                    mean=summary.mean if summary else None,
                    lowest=summary.lowest if summary else None,
                    highest=summary.highest if summary else None,
                    lower=lower,
                    upper=upper,
                    funded_mean=self.funded_means.get(criterion.code),
                )
            )
        return tuple(found)


def panel_views(
    session: Session,
    round_id: UUID,
    *,
    seed: str,
    application_ids: Collection[UUID],
    funded: Collection[UUID],
) -> PanelViews:
    """Return the views on `application_ids`; `funded` gives the mean to compare with.

    6 statements. Comments come in an order drawn by the seed, so that it tells nothing
    about who wrote them and is the same in every version of a letter.
    """
    barred = barred_pairs(session, round_id)
    rubric = rubric_of_round(session, round_id)
    wanted = {*application_ids, *funded}
    counted = counted_reviews(
        session, round_id, rubric=rubric, barred=barred, application_ids=wanted
    )
    by_application: dict[UUID, list[CountedReview]] = defaultdict(list)
    for review in counted:
        by_application[review.application_id].append(review)
    summaries = summarise_criteria(
        CriterionMark(str(review.application_id), code, mark)
        for review in counted
        for code, mark in review.marks.items()
    )
    told = [review for review in counted if review.application_id in set(application_ids)]
    return PanelViews(
        rubric=rubric,
        reviews=by_application,
        summaries=summaries,
        funded_means=(
            criterion_means(summaries, [str(id_) for id_ in funded])
            if len(funded) >= FEWEST_FUNDED
            else {}
        ),
        comments=_comments(session, told, rubric, seed=seed),
        corrected=_corrected(session, round_id),
    )


def _corrected(session: Session, round_id: UUID) -> Mapping[UUID, float]:
    """Return the corrected scores of the ranking that counts; empty where means ranked."""
    newest = session.scalar(
        select(Ranking)
        .where(Ranking.round_id == round_id)
        .order_by(Ranking.frozen_at.desc(), Ranking.id)
        .limit(1)
    )
    if newest is None or newest.method != CORRECTED:
        return {}
    return {
        UUID(row["application_id"]): float(row["score"])
        for row in newest.rows
        if row["score"] is not None
    }


def overall_mean(reviews: Sequence[CountedReview]) -> float | None:
    """Return the plain mean of the reviews' scores, None when none has a mark."""
    scores = [review.score for review in reviews if review.score is not None]
    return float(sum(scores, Fraction(0)) / len(scores)) if scores else None


def middle_half(values: Sequence[float]) -> tuple[float | None, float | None]:
    """Return the quartiles between which the middle half lies; None under four values."""
    if len(values) < FEWEST_FOR_QUARTILES:
        return None, None
    lower, _, upper = quantiles(values, n=4, method="inclusive")
    return lower, upper


def _comments(
    session: Session, reviews: Sequence[CountedReview], rubric: Rubric, *, seed: str
) -> Mapping[UUID, tuple[SharedComment, ...]]:
    application_of = {review.id: review.application_id for review in reviews}
    whole = session.execute(
        select(Review.id, Review.shared_comment).where(
            Review.id.in_(application_of), Review.shared_comment != ""
        )
    )
    single = session.execute(
        select(Score.review_id, Criterion.code, Score.shared_comment)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .where(Score.review_id.in_(application_of), Score.shared_comment != "")
    )
    place = {criterion.code: place for place, criterion in enumerate(rubric.criteria, start=1)}
    title = {criterion.code: criterion.title for criterion in rubric.criteria}
    draw = keyed_order(seed)
    drawn = [
        (0, draw(str(review_id), ""), review_id, SharedComment(text=text))
        for review_id, text in whole
    ]
    drawn += [
        (
            place[code],
            draw(str(review_id), code),
            review_id,
            SharedComment(text=text, about=title[code]),
        )
        for review_id, code, text in single
    ]
    found: dict[UUID, list[SharedComment]] = defaultdict(list)
    for _, _, review_id, comment in sorted(drawn, key=lambda entry: entry[:2]):
        found[application_of[review_id]].append(comment)
    return {application: tuple(comments) for application, comments in found.items()}
