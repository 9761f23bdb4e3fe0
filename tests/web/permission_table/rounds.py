"""Rounds, their parts, their panel, funders: fund managers only. Calls and awards: everybody."""

from collections.abc import Callable
from uuid import UUID

from tests.web.permission_table import Row, everybody
from tests.web.world import World

NOBODY = UUID(int=0)
SEEN = {"manager": 200, "barred manager": 200}
DONE = {"manager": 303, "barred manager": 303}
MENDED = {"manager": 422, "barred manager": 422}
REFUSED = {"manager": 409, "barred manager": 409}
MISSING = {"manager": 404, "barred manager": 404}
PUBLISHERS = {**SEEN, "administrator": 200}
OFFICERS = {"officer": 200, "barred officer": 200}


def of_round(ending: str, state: str = "draft") -> Callable[[World], str]:
    """Return the address of a page of the round in this state."""
    return lambda world: f"/rounds/{world.rounds[state]}{ending}"


def of_part(kind: str, ending: str, state: str = "draft") -> Callable[[World], str]:
    """Return the address of a page of the draft's section, question or criterion."""
    return lambda world: f"/{kind}/{getattr(world, kind)[state]}{ending}"


def of_funder(ending: str) -> Callable[[World], str]:
    """Return the address of a page of the main funder."""
    return lambda world: f"/funders/{world.funder}{ending}"


def of_call(ending: str = "", state: str = "open") -> Callable[[World], str]:
    """Return the address of a public page of the round in this state."""
    return lambda world: f"/calls/{world.references[state]}{ending}"


def of_open_data(before: str, after: str, state: str) -> Callable[[World], str]:
    """Return the public address of what a round in this state has to tell."""
    return lambda world: f"{before}{world.references[state]}{after}"


def page(
    endpoint: str, address: Callable[[World], str], form: dict[str, str], status: int = 422
) -> list[Row]:
    """Rows of a page with a form: seen by managers, whose post of `form` gets `status`."""
    answers = {"manager": status, "barred manager": status}
    return [
        Row(endpoint, "GET", address, SEEN),
        Row(endpoint, "POST", address, answers, form=lambda world: dict(form)),
    ]


def act(
    endpoint: str, address: Callable[[World], str], expects: dict[str, int] = DONE, note: str = ""
) -> Row:
    """Return the row of a button of fund managers."""
    return Row(endpoint, "POST", address, expects, note=note)


CALLS = [
    everybody("calls.first_page", "/"),
    everybody("calls.show_list", "/calls"),
    everybody("announced_awards.show_list", "/awards"),
    *(
        Row(
            endpoint,
            "GET",
            of_open_data(before, after, state),
            {"stranger": status},
            otherwise=status,
            note=state,
        )
        for state, status in (("announced", 200), ("decided", 404))
        for endpoint, before, after in (
            ("announced_awards.show_award", "/awards/", "-001"),
            ("open_data.download", "/open-data/360giving-", ".json"),
            ("open_data.download", "/open-data/360giving-", ".csv"),
        )
    ),
    everybody("open_data.show_files", "/open-data"),
    Row("publishing.edit_publisher", "GET", lambda world: "/open-data/publisher", PUBLISHERS),
    Row(
        "publishing.edit_publisher",
        "POST",
        lambda world: "/open-data/publisher",
        dict.fromkeys(PUBLISHERS, 422),
        form=lambda world: {"prefix": ""},
    ),
    *(
        Row(
            endpoint,
            "GET",
            of_call(ending, state),
            {"stranger": status},
            otherwise=status,
            note=state,
        )
        for state, found in (("open", 200), ("cancelled", 200), ("draft", 404))
        for endpoint, ending, status in (
            ("calls.show_call", "", found),
            ("calls.show_questions", "/questions", found),
            ("calls.check_eligibility", "/eligibility", found),
            ("calls.explain_rules", "/rules", found),
            ("calls.download_rules", "/rules.json", 404),
        )
    ),
]

ROUNDS = [
    Row("rounds.show_list", "GET", lambda world: "/rounds", SEEN),
    *page("rounds.create_round", lambda world: "/rounds/new", {"title": ""}),
    Row("rounds.show_board", "GET", of_round(""), SEEN | OFFICERS, note="a draft"),
    Row("rounds.show_board", "GET", of_round("", "reviewing"), SEEN | OFFICERS, note="reviewing"),
    *page("rounds.edit_settings", of_round("/settings"), {"title": ""}),
    Row("rounds.show_readiness", "GET", of_round("/opening"), SEEN),
    act("rounds.open_round", of_round("/opening"), MENDED, "not ready"),
    act("rounds.open_round", of_round("/opening", "open"), REFUSED, "opened before"),
    *page(
        "rounds.take_step",
        of_round("/steps/screening", "open"),
        {"reason": "Opened by mistake."},
        303,
    ),
    Row("round_deletions.delete_round", "GET", of_round("/delete"), SEEN),
    act("round_deletions.delete_round", of_round("/delete"), note="a draft"),
    act("round_deletions.delete_round", of_round("/delete", "open"), REFUSED, "opened"),
    *page("cancellations.cancel_call", of_round("/cancellation", "open"), {"reason": ""}),
    Row(
        "cancellations.cancel_call",
        "POST",
        of_round("/cancellation", "open"),
        DONE,
        form=lambda world: {"reason": "A funder left."},
        note="with a reason",
    ),
    act("cancellations.cancel_call", of_round("/cancellation", "cancelled"), DONE, "cancelled"),
    act("cancellations.cancel_call", of_round("/cancellation"), REFUSED, "a draft"),
    *page("extensions.grant_extension", of_round("/extensions", "open"), {"reason": ""}),
]

PARTS = [
    Row("round_form.show_form", "GET", of_round("/form"), SEEN),
    *page("round_form.add_section", of_round("/sections/new"), {"title": "Team"}, 303),
    *page("round_form.edit_section", of_part("sections", "/edit"), {"title": ""}),
    act("round_form.move_section", of_part("sections", "/move")),
    act("round_form.move_section", of_part("sections", "/move", "open"), REFUSED, "frozen"),
    Row("round_form.remove_section", "GET", of_part("sections", "/remove"), SEEN),
    act("round_form.remove_section", of_part("sections", "/remove")),
    Row("round_form.choose_kind", "GET", of_part("sections", "/questions/choose"), SEEN),
    *page("round_form.add_question", of_part("sections", "/questions/new"), {"label": "Why?"}, 303),
    *page("round_form.edit_question", of_part("questions", "/edit"), {"label": ""}),
    act("round_form.move_question", of_part("questions", "/move")),
    act("round_form.remove_question", of_part("questions", "/remove")),
    act("round_form.remove_question", of_part("questions", "/remove", "open"), REFUSED, "frozen"),
    Row("rubrics.edit_rubric", "GET", of_round("/rubric"), SEEN),
    act("rubrics.edit_rubric", of_round("/rubric")),
    *page("rubrics.add_criterion", of_round("/criteria/new"), {"title": ""}),
    *page("rubrics.edit_criterion", of_part("criteria", "/edit"), {"title": ""}),
    act("rubrics.move_criterion", of_part("criteria", "/move")),
    act("rubrics.remove_criterion", of_part("criteria", "/remove")),
    act("rubrics.remove_criterion", of_part("criteria", "/remove", "open"), REFUSED, "frozen"),
    *page("round_money.edit_envelopes", of_round("/funders"), {"amount": ""}),
    act(
        "round_money.remove_envelope",
        lambda world: f"/rounds/{world.rounds['draft']}/funders/{world.funder}/remove",
        REFUSED,
        "its reviewers sit on the panel",
    ),
    Row("funder_weights.edit_weights", "GET", of_round("/funder-weights"), SEEN),
    act("funder_weights.edit_weights", of_round("/funder-weights")),
    Row("round_money.edit_prizes", "GET", of_round("/prizes"), SEEN),
    act("round_money.edit_prizes", of_round("/prizes")),
    Row("prize_rules.edit_rules", "GET", of_round("/prize-rules"), MISSING, note="a grant"),
    act("prize_rules.edit_rules", of_round("/prize-rules"), MISSING, "a grant"),
    *page("exchange_rates.edit_rates", of_round("/exchange-rates"), {"rates-0-currency": "?"}),
    act("exchange_rates.edit_rates", of_round("/exchange-rates", "open"), REFUSED, "frozen"),
]

PANEL = [
    *page("panels.show_panel", of_round("/panel"), {"email": ""}),
    *page(
        "panels.edit_seat",
        lambda world: f"/rounds/{world.rounds['draft']}/panel/{world.seats['draft']}/edit",
        {"review_load": ""},
    ),
    *page(
        "panel_profiles.edit_profile",
        lambda world: f"/rounds/{world.rounds['draft']}/panel/{world.seats['draft']}/profile",
        {"languages": "Klingonish"},
    ),
    act(
        "panels.remove_seat",
        lambda world: f"/rounds/{world.rounds['draft']}/panel/{world.seats['draft']}/remove",
    ),
    *(
        act(f"panels.{name}_invitation", of_round(f"/panel/invitations/{NOBODY}/{ending}"), MISSING)
        for name, ending in (("resend", "send-again"), ("withdraw", "withdraw"))
    ),
]

FUNDERS = [
    Row("funders.show_list", "GET", lambda world: "/funders", SEEN),
    *page(
        "funders.add_funder",
        lambda world: "/funders/new",
        {"name": "New Fund", "kind": "other"},
        303,
    ),
    Row("funders.show_funder", "GET", of_funder(""), SEEN),
    *page("funders.edit_funder", of_funder("/edit"), {"name": ""}),
    *page("funders.add_officer", of_funder("/officers/new"), {"email": ""}),
    act(
        "funders.remove_officer",
        lambda world: f"/funders/{world.funder}/officers/{world.people['officer']}/remove",
    ),
    *(
        act(f"funders.{name}_invitation", of_funder(f"/invitations/{NOBODY}/{ending}"), MISSING)
        for name, ending in (("resend", "send-again"), ("withdraw", "withdraw"))
    ),
    *page("funders.record_investment", of_funder("/stakes/new"), {"note": ""}),
    act("funders.remove_investment", of_funder(f"/stakes/{NOBODY}/remove"), MISSING),
]

ROWS: list[Row] = [*CALLS, *ROUNDS, *PARTS, *PANEL, *FUNDERS]
