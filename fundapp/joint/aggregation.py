"""From the scores of single reviews to one score per application, its spread and its rank.

Higher is better. Scores are on the rubric's scale. Means are exact (fractions) until they
are ranked, so equal means are equal. A calibrated method can stand beside the plain mean
behind `aggregate`: it is a `Method` with another `Scorer`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median, stdev

from fundapp.joint.ties import keyed_order

MIN_REVIEWS_PER_REVIEWER = 2
"""Median number of reviews per reviewer below which strictness cannot be told from quality."""


@dataclass(frozen=True)
class ReviewScore:
    """The weighted score of one submitted review."""

    application: str
    reviewer: str
    funder: str
    score: Fraction


Scorer = Callable[[Sequence[ReviewScore]], Mapping[str, Fraction]]
"""From all reviews of a round to one score per application that has a review."""


@dataclass(frozen=True)
class Method:
    """How aggregated scores are made. The key goes into records: name and version."""

    name: str
    version: int
    sentence: str
    scorer: Scorer

    @property
    def key(self) -> str:
        """Return the name with the version, such as mean-1."""
        return f"{self.name}-{self.version}"


@dataclass(frozen=True)
class AggregatedApplication:
    """What the reviews of one application say together.

    `aggregated_score` is the method's, `raw_score` the plain mean; None without a review.
    `standard_deviation` is the sample's (n - 1) and `standard_error` that of the raw mean;
    None below two reviews. `funder_means` are by funder, in the order of their ids. `rank`
    is shared by equal scores (1, 2, 2, 4), `position` never: ties there are drawn by the
    seed. Both are None without a review. `note` says what the numbers cannot say.
    """

    application: str
    reviews: int
    raw_score: float | None
    aggregated_score: float | None
    standard_deviation: float | None
    standard_error: float | None
    lowest: float | None
    highest: float | None
    funder_means: Mapping[str, float]
    rank: int | None
    position: int | None
    note: str


@dataclass(frozen=True)
class Aggregation:
    """A whole round: the rows by position, unreviewed applications last, and the method."""

    method: Method
    rows: tuple[AggregatedApplication, ...]
    strictness: str


def mean_scores(reviews: Sequence[ReviewScore]) -> Mapping[str, Fraction]:
    """Return the plain mean of the reviews of each application."""
    return {application: _mean(here) for application, here in _by_application(reviews).items()}


MEAN = Method(
    name="mean",
    version=1,
    sentence="Each application's score is the plain mean of its reviews.",
    scorer=mean_scores,
)


def aggregate(
    applications: Collection[str],
    reviews: Sequence[ReviewScore],
    *,
    seed: str,
    method: Method = MEAN,
) -> Aggregation:
    """Aggregate and rank the `applications` of a round.

    Reviews are of these applications, one per reviewer and application; else ValueError.
    Equal scores share a rank; their positions are drawn by the keyed order of `seed`.
    """
    by_application = _by_application(reviews)
    if not by_application.keys() <= set(applications):
        raise ValueError("There is a review of an application that is not in the round")
    if len({(review.application, review.reviewer) for review in reviews}) < len(reviews):
        raise ValueError("A reviewer has two reviews of one application")
    scores = method.scorer(reviews)
    ranks = _shared_ranks(Counter(scores.values()))
    order = _order(applications, scores, seed)
    return Aggregation(
        method=method,
        rows=tuple(
            _row(
                application,
                by_application.get(application, []),
                score=scores.get(application),
                rank=ranks.get(scores[application]) if application in scores else None,
                position=position if application in scores else None,
            )
            for position, application in enumerate(order, start=1)
        ),
        strictness=strictness_sentence(reviews),
    )


def _order(applications: Collection[str], scores: Mapping[str, Fraction], seed: str) -> list[str]:
    """Return the applications from best to worst, ties as drawn, those without a score last."""
    draw = keyed_order(seed)

    def place(application: str) -> tuple[bool, Fraction, int]:
        score = scores.get(application)
        return score is None, -(score or Fraction(0)), draw(application)

    return sorted(set(applications), key=place)


def strictness_is_estimable(reviews: Sequence[ReviewScore]) -> bool:
    """Tell whether strict reviewers can be told from weak applications at all.

    The rule: half of the reviewers or more have at least two reviews in the round
    (median), else a reviewer's strictness and an application's quality are one number.
    """
    counts = Counter(review.reviewer for review in reviews).values()
    return bool(counts) and median(counts) >= MIN_REVIEWS_PER_REVIEWER


def strictness_sentence(reviews: Sequence[ReviewScore]) -> str:
    """Return what can be said about strictness in this round, for pages and letters."""
    if strictness_is_estimable(reviews):
        return "Reviewers have several reviews each, so their strictness can be compared."
    return (
        "Most reviewers have one review only, so nobody can tell a strict reviewer from a "
        "weak application. Strictness is not estimated here."
    )


def _by_application(reviews: Sequence[ReviewScore]) -> dict[str, list[ReviewScore]]:
    grouped: dict[str, list[ReviewScore]] = defaultdict(list)
    for review in reviews:
        grouped[review.application].append(review)
    return dict(grouped)


def _mean(reviews: Sequence[ReviewScore]) -> Fraction:
    return sum((review.score for review in reviews), Fraction(0)) / len(reviews)


def _shared_ranks(counts: Mapping[Fraction, int]) -> dict[Fraction, int]:
    """Return the rank of each score, from how often each occurs: one more than are better."""
    ranks = {}
    better = 0
    for score in sorted(counts, reverse=True):
        ranks[score] = better + 1
        better += counts[score]
    return ranks


def _row(
    application: str,
    reviews: Sequence[ReviewScore],
    *,
    score: Fraction | None,
    rank: int | None,
    position: int | None,
) -> AggregatedApplication:
    scores = [review.score for review in reviews]
    spread = float(stdev(scores)) if len(scores) > 1 else None
    return AggregatedApplication(
        application=application,
        reviews=len(scores),
        raw_score=float(_mean(reviews)) if scores else None,
        aggregated_score=None if score is None else float(score),
        standard_deviation=spread,
        standard_error=None if spread is None else spread / len(scores) ** 0.5,
        lowest=float(min(scores)) if scores else None,
        highest=float(max(scores)) if scores else None,
        funder_means=_funder_means(reviews),
        rank=rank,
        position=position,
        note=_note(len(scores)),
    )


def _funder_means(reviews: Sequence[ReviewScore]) -> dict[str, float]:
    grouped: dict[str, list[ReviewScore]] = defaultdict(list)
    for review in reviews:
        grouped[review.funder].append(review)
    return {funder: float(_mean(grouped[funder])) for funder in sorted(grouped)}


def _note(reviews: int) -> str:
    if reviews == 0:
        return "No review yet, so no score and no rank."
    if reviews == 1:
        return "One review only, so nothing can be said about how far reviewers differ."
    return ""
