"""The order by pairs as its reader may see it, beside the rubric's, and how judges differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.permissions import Actor
from fundapp.domain.places import places_among
from fundapp.joint.pairwise.reading_pairs import (
    BEYOND_CHANCE,
    JudgeReading,
    connected_groups,
    place_ranges,
    read_judges,
)
from fundapp.models import PanelSeat, Person
from fundapp.queries.barred import BarredPairs
from fundapp.queries.deliberations import RoundHead, Seen
from fundapp.queries.pair_rankings import PairRanking, live_pair_ranking
from fundapp.queries.pairs import PairEntry, PairRound
from fundapp.queries.rankings import live_ranking

LEANS = 0.8
"""From this share on, a judge's putting first what stood first is pointed out."""

FEWEST_TO_LEAN = 8
"""Fewer decided pairs say nothing of a leaning."""


@dataclass(frozen=True, kw_only=True)
class PairRow:
    """An entry by pairs. place: among those that the reader sees, of its category where prizes are.

    low_place and high_place: the places that chance leaves open. wins: the share of decided pairs
    that it would win against the others, with the ends of its 95 % interval. words: on how many
    pairs it rests. rubric_place: its place by the rubric among the same, None where it has none;
    rubric_last: the last that it shares there with equal marks.
    """

    entry: PairEntry
    place: int
    low_place: int
    high_place: int
    wins: float
    low: float
    high: float
    words: int
    rubric_place: int | None
    rubric_last: int | None = None

    @property
    def places(self) -> str:
        """Return the places that chance leaves open, such as 2–4."""
        if self.low_place == self.high_place:
            return str(self.low_place)
        return f"{self.low_place}–{self.high_place}"

    @property
    def is_disputed(self) -> bool:
        """Tell whether the rubric gives it a place that the pairs rule out."""
        if self.rubric_place is None or self.rubric_last is None:
            return False
        return self.rubric_last < self.low_place or self.rubric_place > self.high_place


@dataclass(frozen=True, kw_only=True)
class PairGroup:
    """The entries that compete for the same places, the best first. category: "" for all."""

    category: str
    rows: tuple[PairRow, ...]


@dataclass(frozen=True, kw_only=True)
class JudgeRow:
    """How one judge's words fit to the others'."""

    name: str
    reading: JudgeReading

    @property
    def leans(self) -> bool:
        """Tell whether they put first what stood first, or last, strikingly often."""
        read = self.reading
        if read.decided_all < FEWEST_TO_LEAN:
            return False
        share = read.firsts / read.decided_all
        return max(share, 1 - share) >= LEANS


@dataclass(frozen=True, kw_only=True)
class PairBoard:
    """The board. unlinked: sets of references between which nothing was compared, if several.

    words: how many count. live_sha256: of the order as it stands.
    """

    head: RoundHead
    groups: tuple[PairGroup, ...]
    not_compared: tuple[PairEntry, ...]
    recused: int
    judges: tuple[JudgeRow, ...]
    words: int
    unlinked: tuple[tuple[str, ...], ...]
    hides_identity: bool
    live_sha256: str

    @property
    def rows(self) -> tuple[PairRow, ...]:
        """Return all rows."""
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def disputed(self) -> tuple[PairRow, ...]:
        """Return the rows that the rubric places elsewhere."""
        return tuple(row for row in self.rows if row.is_disputed)

    @property
    def is_frozen(self) -> bool:
        """Tell whether the ranking that counts is from pairs."""
        return self.head.frozen is not None and self.head.frozen.is_by_pairs

    @property
    def is_stale(self) -> bool:
        """Tell whether words came or went since it was frozen."""
        frozen = self.head.frozen
        return self.is_frozen and frozen is not None and frozen.sha256 != self.live_sha256


def pair_board(
    session: Session,
    head: RoundHead,
    asked: PairRound,
    *,
    barred: BarredPairs,
    seen: Seen,
    reader: Actor,
) -> PairBoard:
    """Return the board as this reader may see it. 8 statements.

    What a conflict closes is left out and places are counted without it; the merits rest on all
    words.
    """
    ranking = live_pair_ranking(session, asked, barred)
    entries = ranking.counted.entries
    rubric = _rubric_ranks(session, head, barred)
    shown = [place for place in ranking.order if entries[place].id not in seen.recused]
    hides_names = head.facts.is_blind and not reader.is_fund_manager
    readings = read_judges(len(entries), ranking.counted.words)
    names = _names(session, head.id, is_blind=hides_names)
    return PairBoard(
        head=head,
        groups=_groups(ranking, shown, rubric),
        not_compared=tuple(
            entry
            for place, entry in enumerate(entries)
            if place not in ranking.compared and entry.id not in seen.recused
        ),
        recused=sum(entry.id in seen.recused for entry in entries),
        judges=tuple(
            sorted(
                (
                    JudgeRow(name=names.get(one.judge, "A former judge"), reading=one)
                    for one in readings
                ),
                key=lambda row: row.name,
            )
        ),
        words=len(ranking.counted.words),
        unlinked=_unlinked(ranking, shown),
        hides_identity=seen.hide_identity,
        live_sha256=ranking.sha256,
    )


def _groups(
    ranking: PairRanking, shown: Sequence[int], rubric: Mapping[UUID, int]
) -> tuple[PairGroup, ...]:
    named = ranking.counted.groups
    if named is None:
        return (_group(ranking, shown, rubric),)
    categories = sorted({named[place] for place in shown})
    return tuple(
        _group(
            ranking,
            [place for place in shown if named[place] == category],
            rubric,
            category=category,
        )
        for category in categories
    )


def _group(
    ranking: PairRanking, shown: Sequence[int], rubric: Mapping[UUID, int], *, category: str = ""
) -> PairGroup:
    entries, fitted = ranking.counted.entries, ranking.counted.fitted
    open_places = place_ranges(fitted, among=shown) if shown else {}
    marked = {entries[place].id: rubric[entries[place].id] for place in shown
              if entries[place].id in rubric}  # fmt: skip
    beside = places_among(marked, hidden=()) if len(marked) == len(shown) else {}
    rows = []
    for number, place in enumerate(shown, start=1):
        low, high = (fitted.wins(place, end) for end in fitted.interval(place, BEYOND_CHANCE))
        rows.append(
            PairRow(
                entry=entries[place],
                place=number,
                low_place=open_places[place][0],
                high_place=open_places[place][1],
                wins=fitted.wins(place),
                low=low,
                high=high,
                words=ranking.compared[place],
                rubric_place=beside.get(entries[place].id),
                rubric_last=_last(beside, entries[place].id),
            )
        )
    return PairGroup(category=category, rows=tuple(rows))


def _last(beside: Mapping[UUID, int], entry: UUID) -> int | None:
    """Return the last of the places that equal marks share."""
    first = beside.get(entry)
    return None if first is None else first + list(beside.values()).count(first) - 1


def _rubric_ranks(session: Session, head: RoundHead, barred: BarredPairs) -> Mapping[UUID, int]:
    live = live_ranking(session, head.id, barred=barred, waits=False)
    return {UUID(row["application_id"]): row["rank"] for row in live.rows if row["rank"]}


def _unlinked(ranking: PairRanking, shown: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    """Return sets of references that no chain of words links, where that is not so by design."""
    if ranking.counted.groups is not None:
        return ()
    entries = ranking.counted.entries
    linked = connected_groups(len(entries), ranking.counted.words)
    sets = [tuple(entries[one].reference for one in group if one in shown) for group in linked]
    told = tuple(one for one in sets if one)
    return told if len(told) > 1 else ()


def _names(session: Session, round_id: UUID, *, is_blind: bool) -> Mapping[str, str]:
    rows = session.execute(
        select(PanelSeat.person_id, PanelSeat.label, Person.name)
        .join(Person, Person.id == PanelSeat.person_id)
        .where(PanelSeat.round_id == round_id)
    )
    return {str(person): label if is_blind else name for person, label, name in rows}
