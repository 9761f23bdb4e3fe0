"""What is asked of ours and of the floor: pages read, reviews saved, applications sent in."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from random import Random

from benchmarks.pages.client import get, post, post_file
from benchmarks.pages.scene import Desk, Scene, Visitor

FILE_SIZE = 200_000
SAVED_DESKS = 160
LISTED_PAGES = 20


class Side(StrEnum):
    """Whom we ask."""

    OURS = "ours"
    FLOOR = "floor"


@dataclass(frozen=True)
class Step:
    """One request of a flow. target: how many times as long as the floor's it may take."""

    name: str
    target: float
    request: bytes
    wanted: int


Flow = Callable[[Side], Iterator[Step]]
"""Yields the requests of one visit; what follows a `yield` runs when it was answered well."""


class Flows:
    """The flows of one filled database, safe to be run by several threads at once."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.chance = Random(11)
        self.desks = deque(scene.desks[:SAVED_DESKS])
        self.entries = deque(scene.entries)
        self.files = count()

    def reading(self) -> dict[str, Flow]:
        """Return the flows that change nothing."""
        return {"list": self.list, "queue": self.queue, "review page": self.desk}

    def saving(self) -> dict[str, Flow]:
        """Return the flows that save a review."""
        return {"save": self.save, "autosave": self.autosave}

    def list(self, side: Side) -> Iterator[Step]:
        """A fund manager looks at a page of a round's applications."""
        page = self.chance.randrange(1, min(LISTED_PAGES, self.scene.last_page) + 1)
        path = f"/list/{self.scene.round_id}?page={page}"
        if side is Side.OURS:
            path = f"/rounds/{self.scene.round_id}/applications?page={page}"
        yield Step("list", 2.5, get(path, _if_ours(side, self.scene.manager)), 200)

    def queue(self, side: Side) -> Iterator[Step]:
        """A reviewer looks at what is to do."""
        reviewer = self.chance.choice(self.scene.reviewers)
        path = "/reviews" if side is Side.OURS else f"/queue/{reviewer.person_id}"
        yield Step("queue", 2.5, get(path, _if_ours(side, reviewer)), 200)

    def desk(self, side: Side) -> Iterator[Step]:
        """A reviewer opens a review that was begun."""
        desk = self.chance.choice(self.scene.desks)
        yield Step(
            "review page", 3, get(_desk_path(side, desk), _if_ours(side, desk.reviewer)), 200
        )

    def save(self, side: Side) -> Iterator[Step]:
        """A reviewer saves the whole form: three marks and both comments changed."""
        desk = self.desks.popleft()
        request = post(
            _desk_path(side, desk),
            self._review_form(desk, changed_marks=3),
            _if_ours(side, desk.reviewer),
        )
        yield Step("save", 2, request, 303)
        self._saved(desk)

    def autosave(self, side: Side) -> Iterator[Step]:
        """The page's script saves what is typed: both comments changed."""
        desk = self.desks.popleft()
        request = post(
            f"{_desk_path(side, desk)}/autosave",
            self._review_form(desk, changed_marks=0),
            _if_ours(side, desk.reviewer),
        )
        yield Step("autosave", 2, request, 200)
        self._saved(desk)

    def send_in(self, side: Side) -> Iterator[Step]:
        """An applicant attaches a file to a finished draft and submits it."""
        entry = self.entries.popleft()
        visitor = _if_ours(side, entry.member)
        path = f"/applications/{entry.application_id}"
        place = f"files/{entry.question_id}"
        if side is Side.OURS:
            place = f"sections/{entry.section_id}"
        file = (entry.question, "log.txt", self._content())
        fields = entry.fields | {"attach": [entry.question]}
        request = post_file(f"{path}/{place}", fields, file, visitor=visitor)
        yield Step("attach 200 kB", 3, request, 303)
        yield Step("submit", 3, post(f"{path}/submit", {}, visitor), 303)

    def _review_form(self, desk: Desk, *, changed_marks: int) -> dict[str, str]:
        form = {
            "version": str(desk.version),
            "act": "save",
            "confidence": "4",
            "recommended_amount": "",
            "shared_comment": f"The design is sound. {'A considered opinion. ' * 20}{desk.saves}",
            "private_comment": f"Ask who holds the items. {'A thought. ' * 20}{desk.saves}",
        }
        turn = desk.saves if changed_marks else desk.turn
        desk.turn = turn
        for place, code in enumerate(self.scene.criteria):
            moved = turn if place < 3 else 0
            form[f"mark-{code}"] = str(1 + (moved + place) % 5)
            form[f"reason-{code}"] = ""
            form[f"comment-{code}"] = "Say how often graders differ."
        return form

    def _saved(self, desk: Desk) -> None:
        desk.version += 1
        desk.saves += 1
        self.desks.append(desk)

    def _content(self) -> bytes:
        head = f"log {next(self.files)} of {self.chance.random()}\n"
        line = "sample 17: the model answered and both graders agreed on the mark 4\n"
        return (head + line * (FILE_SIZE // len(line) + 1)).encode()[:FILE_SIZE]


def _if_ours(side: Side, visitor: Visitor) -> Visitor | None:
    return visitor if side is Side.OURS else None


def _desk_path(side: Side, desk: Desk) -> str:
    return f"/{'reviews' if side is Side.OURS else 'review'}/{desk.assignment_id}"
