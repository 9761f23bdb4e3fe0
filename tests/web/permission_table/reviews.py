"""Reviews: written by their author, read after one's own is in, never by who is barred."""

from typing import Any

from tests.web.permission_table import Row
from tests.web.world import World


def _review(page: str = "", *, state: str = "reviewing") -> Any:
    return lambda world: f"/reviews/{world.assignments[state]}{page}"


def _application(page: str, *, state: str = "deliberating") -> Any:
    return lambda world: f"/applications/{world.applications[state]}/{page}"


def _progress(page: str = "") -> Any:
    return lambda world: f"/rounds/{world.rounds['reviewing']}/reviews{page}"


def _typed(world: World) -> dict[str, Any]:
    return {"version": 0, "shared_comment": "Clear."}


def _emptied(world: World) -> dict[str, Any]:
    return {"version": 1, "note": "Nothing left."}


def _note(world: World) -> dict[str, Any]:
    return {"text": "Let us ask them."}


SEATED = {"reviewer": 200, "other reviewer": 200, "barred reviewer": 200}
READERS = {"reviewer": 200, "officer": 200, "manager": 200}


def _bids(page: str = "") -> Any:
    return lambda world: f"/rounds/{world.rounds['screening']}/bids{page}"


ROWS: list[Row] = [
    Row("bids.show_bids", "GET", _bids(), SEATED),
    Row("bids.save_bids", "POST", _bids(), dict.fromkeys(SEATED, 303)),
    Row("bids.autosave_bids", "POST", _bids("/autosave"), SEATED),
    Row("review_queue.show_queue", "GET", lambda world: "/reviews", SEATED),
    Row("review_queue.accept_assignment", "POST", _review("/accept"), {"reviewer": 303}),
    Row("review_queue.refuse_assignment", "GET", _review("/refuse"), {"reviewer": 200}),
    Row("review_queue.refuse_assignment", "POST", _review("/refuse"), {"reviewer": 303}),
    Row("reviews.show_review", "GET", _review(), {"reviewer": 200, "manager": 200}, note="open"),
    Row("reviews.show_review", "GET", _review(state="deliberating"), READERS, note="in"),
    Row("reviews.save_review", "POST", _review(), {"reviewer": 303}, form=_typed),
    Row("reviews.autosave_review", "POST", _review("/autosave"), {"reviewer": 200}, form=_typed),
    Row("reviews.print_form", "GET", _review("/form"), {"reviewer": 200}),
    *(
        Row(
            endpoint,
            method,
            _review(page, state="refused reviewing"),
            {"manager": 200} if endpoint == "reviews.show_review" else {},
            form=_typed,
            note="refused by the other reviewer",
        )
        for endpoint, method, page in (
            ("reviews.show_review", "GET", ""),
            ("reviews.print_form", "GET", "/form"),
            ("reviews.save_review", "POST", ""),
            ("reviews.autosave_review", "POST", "/autosave"),
            ("review_queue.accept_assignment", "POST", "/accept"),
            ("review_queue.refuse_assignment", "GET", "/refuse"),
        )
    ),
    Row(
        "reviews.revise_review",
        "GET",
        _review("/revise", state="deliberating"),
        {"reviewer": 200},
    ),
    Row(
        "reviews.revise_review",
        "POST",
        _review("/revise", state="deliberating"),
        {"reviewer": 422},
        form=_emptied,
    ),
    Row(
        "application_reviews.show_reviews",
        "GET",
        _application("reviews", state="reviewing"),
        {"manager": 200},
        note="own not in",
    ),
    Row("application_reviews.show_reviews", "GET", _application("reviews"), READERS),
    Row("discussions.show_discussion", "GET", _application("discussion"), READERS),
    Row(
        "discussions.show_discussion",
        "GET",
        _application("discussion", state="reviewing"),
        {"manager": 200},
        note="while reviewing",
    ),
    Row(
        "discussions.show_discussion",
        "POST",
        _application("discussion"),
        {"reviewer": 303, "officer": 303, "manager": 303},
        form=_note,
    ),
    Row(
        "review_progress.show_progress",
        "GET",
        _progress(),
        {"manager": 200, "barred manager": 200},
    ),
    Row(
        "review_progress.remind",
        "POST",
        _progress("/remind"),
        {"manager": 303, "barred manager": 303},
    ),
]
