"""A judge's word on two entries: in what form it is stored, and what a page may send."""

from collections.abc import Collection, Iterable
from hashlib import blake2b
from uuid import UUID

from fundapp.domain.errors import InvalidInput, Problem
from fundapp.domain.states import PairVerdict
from fundapp.domain.text import plain

LONGEST_NOTE = 2_000
MOST_LEFT_OUT = 60
"""How many pairs a judge can leave out at once; the oldest then come back."""

TOO_CLOSE = "equal"
"""What a page sends where a judge puts neither first."""

PairOfIds = tuple[UUID, UUID]


def in_order(one: UUID, other: UUID) -> PairOfIds:
    """Return the two as a pair is stored: the smaller id on the left."""
    return (one, other) if one < other else (other, one)


def read_better(typed: str, pair: PairOfIds) -> UUID | None:
    """Return which of the pair was put first, None for neither. InvalidInput for anything else."""
    if typed == TOO_CLOSE:
        return None
    for entry in pair:
        if typed == str(entry):
            return entry
    raise InvalidInput([Problem("verdict", "Say which one is better, or that it is too close.")])


def read_note(typed: str) -> str:
    """Return the note as plain text; InvalidInput("note") over LONGEST_NOTE."""
    text = plain(typed).strip()
    if len(text) > LONGEST_NOTE:
        sentence = f"Shorten your note to {LONGEST_NOTE:,} characters. It has {len(text):,}."
        raise InvalidInput([Problem("note", sentence)])
    return text


def verdict_of(better: UUID | None, pair: PairOfIds) -> PairVerdict:
    """Return the verdict on a stored pair in which `better` is put first, None for neither."""
    if better is None:
        return PairVerdict.EQUAL
    return PairVerdict.LEFT if better == pair[0] else PairVerdict.RIGHT


def better_of(verdict: PairVerdict, pair: PairOfIds) -> UUID | None:
    """Return which of a stored pair the verdict puts first, None for neither."""
    return {PairVerdict.LEFT: pair[0], PairVerdict.RIGHT: pair[1]}.get(verdict)


def pair_key(pair: PairOfIds) -> str:
    """Return a short name of a pair, for the list of those that a judge leaves out."""
    return blake2b(pair[0].bytes + pair[1].bytes, digest_size=4).hexdigest()


def read_left_out(typed: str) -> tuple[str, ...]:
    """Return the names of pairs that an address leaves out; what is none is passed over."""
    named = [one for one in typed.split(".") if len(one) == 8 and one.isascii() and one.isalnum()]
    return tuple(dict.fromkeys(named[-MOST_LEFT_OUT:]))


def leave_out(left_out: Iterable[str], pair: PairOfIds) -> str:
    """Return what an address says that leaves out one pair more."""
    return ".".join([*left_out, pair_key(pair)][-MOST_LEFT_OUT:])


def pairs_named(names: Collection[str], pairs: Iterable[PairOfIds]) -> list[PairOfIds]:
    """Return those of the pairs whose short names are given."""
    return [pair for pair in pairs if pair_key(pair) in names] if names else []
