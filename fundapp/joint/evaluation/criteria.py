"""How an application stands criterion by criterion: for letters, boards and charts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class CriterionMark:
    """One mark of one review on one criterion; None = abstained."""

    application: str
    criterion: str
    mark: int | None


@dataclass(frozen=True)
class CriterionSummary:
    """The marks of one application on one criterion; mean and range are None without a mark."""

    marks: int
    abstentions: int
    mean: float | None
    lowest: int | None
    highest: int | None


def summarise_criteria(
    marks: Iterable[CriterionMark],
) -> Mapping[tuple[str, str], CriterionSummary]:
    """Return a summary by (application, criterion), sorted. Abstentions never count as marks."""
    grouped: dict[tuple[str, str], list[int | None]] = defaultdict(list)
    for entry in marks:
        grouped[entry.application, entry.criterion].append(entry.mark)
    return {key: _summary(grouped[key]) for key in sorted(grouped)}


def criterion_means(
    summaries: Mapping[tuple[str, str], CriterionSummary], applications: Iterable[str]
) -> Mapping[str, float]:
    """Return by criterion the mean over `applications`, each application counting once.

    Shown beside one application's own mean, say of the awarded ones. Criteria that none of
    them has a mark on are left out.
    """
    chosen = set(applications)
    grouped: dict[str, list[float]] = defaultdict(list)
    for (application, criterion), summary in summaries.items():
        if application in chosen and summary.mean is not None:
            grouped[criterion].append(summary.mean)
    return {criterion: sum(means) / len(means) for criterion, means in sorted(grouped.items())}


def _summary(marks: list[int | None]) -> CriterionSummary:
    given = [mark for mark in marks if mark is not None]
    return CriterionSummary(
        marks=len(given),
        abstentions=len(marks) - len(given),
        mean=float(Fraction(sum(given), len(given))) if given else None,
        lowest=min(given, default=None),
        highest=max(given, default=None),
    )
