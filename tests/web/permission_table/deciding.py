"""Ranking, decisions, contributions, releases, letters, announcements."""

from tests.web.permission_table import Row
from tests.web.world import World

FUND = {"manager": 200, "barred manager": 200, "officer": 200, "barred officer": 200}
MANAGERS = {"manager": 200, "barred manager": 200}
OFFICERS = {"officer": 200, "barred officer": 200, "foreign officer": 200}
MEMBERS = {"owner": 200, "editor": 200, "viewer": 200}
LETTER_READERS = MEMBERS | {"officer": 200, "manager": 200}


def of_round(state: str, path: str):
    return lambda world: f"/rounds/{world.rounds[state]}/{path}"


def of_application(state: str, path: str):
    return lambda world: f"/applications/{world.applications[state]}/{path}"


def of_part(state: str, path: str = ""):
    return lambda world: f"/contributions/{world.contributions[state]}{path}"


def of_plan(path: str):
    return lambda world: f"/allocation-plans/{world.allocation_plan}{path}"


def shown_part(world: World) -> dict[str, str]:
    return {"part": f"{world.contributions['deliberating']}:20000000"}


ROWS: list[Row] = [
    Row("ranking.show_board", "GET", of_round("deliberating", "ranking"), FUND),
    Row("ranking.show_board", "GET", of_round("reviewing", "ranking"), MANAGERS, note="early"),
    Row("ranking.show_table", "GET", of_round("deliberating", "ranking/table"), FUND),
    Row("ranking.export_board", "GET", of_round("deliberating", "ranking.csv"), FUND),
    Row("ranking.show_agreement", "GET", of_round("deliberating", "ranking/agreement"), FUND),
    Row("ranking.show_agenda", "GET", of_round("deliberating", "ranking/agenda"), FUND),
    Row("ranking.export_agenda", "GET", of_round("deliberating", "ranking/agenda.csv"), FUND),
    Row(
        "ranking.evaluate",
        "POST",
        of_round("deliberating", "ranking/evaluate"),
        {"manager": 303, "barred manager": 303},
    ),
    Row(
        "ranking.freeze",
        "POST",
        of_round("deliberating", "ranking/freeze"),
        {"manager": 303, "barred manager": 303},
    ),
    Row("decisions.show_room", "GET", of_round("deliberating", "decisions"), FUND),
    Row(
        "decisions.show_proposal",
        "GET",
        of_round("deliberating", "decisions/proposal"),
        {"manager": 409, "barred manager": 409},
        note="before the ranking is frozen",
    ),
    Row(
        "decisions.apply_proposal",
        "POST",
        of_round("deliberating", "decisions/proposal"),
        {"manager": 409, "barred manager": 409},
        note="before the ranking is frozen",
    ),
    Row(
        "decisions.ask",
        "POST",
        of_round("deliberating", "decisions/ask"),
        {"manager": 303, "barred manager": 303},
    ),
    Row("allocation_plans.show_list", "GET", of_round("deliberating", "allocation-plans"), FUND),
    Row(
        "allocation_plans.make_plan",
        "POST",
        of_round("deliberating", "allocation-plans"),
        {"manager": 409, "barred manager": 409},
        note="before the ranking is frozen",
    ),
    Row("allocation_plans.show_plan", "GET", of_plan(""), FUND),
    Row("allocation_plans.show_state", "GET", of_plan("/state"), FUND),
    Row(
        "allocation_plans.compare",
        "GET",
        lambda world: f"{of_plan('/compared-with/')(world)}{world.allocation_plan}",
        FUND,
    ),
    Row(
        "allocation_plans.export_plan",
        "GET",
        of_plan("/instance.json"),
        {"manager": 200, "officer": 200},
    ),
    Row(
        "allocation_plans.enter_plan",
        "POST",
        of_plan("/enter"),
        {"manager": 409, "barred manager": 409},
        note="not the plan that was looked at",
    ),
    Row(
        "allocation_plans.discard_plan",
        "POST",
        of_plan("/discard"),
        {"manager": 303, "barred manager": 303},
    ),
    Row(
        "funding_wishes.show_wishes",
        "GET",
        of_application("deliberating", "wishes"),
        {"manager": 200, "officer": 200},
    ),
    Row(
        "funding_wishes.set_funder_wish",
        "POST",
        lambda world: f"{of_application('deliberating', 'wishes')(world)}/{world.funder}",
        {"manager": 303, "officer": 303},
        form=lambda world: {"kind": "opt_out", "reason": "Not our field."},
    ),
    Row("decisions.resolve", "GET", of_application("deliberating", "decision"), {"manager": 200}),
    Row(
        "decisions.resolve",
        "POST",
        of_application("deliberating", "decision"),
        {"manager": 409},
        form=lambda world: {"kind": "decline", "version": "1"},
        note="before the ranking is frozen",
    ),
    Row(
        "decisions.take_back",
        "POST",
        of_application("deliberating", "decision/take-back"),
        {"manager": 303},
        form=lambda world: {"version": "1"},
    ),
    Row("contributions.show_rounds", "GET", lambda world: "/decisions", OFFICERS),
    Row(
        "contributions.show_round",
        "GET",
        of_round("deliberating", "contributions"),
        {"officer": 200, "barred officer": 200},
    ),
    Row(
        "contributions.approve_shown",
        "POST",
        of_round("deliberating", "contributions/approve"),
        {"officer": 303},
        form=shown_part,
    ),
    Row("contributions.show_contribution", "GET", of_part("deliberating"), {"officer": 200}),
    Row(
        "contributions.approve",
        "POST",
        of_part("deliberating", "/approve"),
        {"officer": 303},
        form=lambda world: {"amount": "20000000"},
    ),
    Row(
        "contributions.approve",
        "POST",
        of_part("decided", "/approve"),
        {"officer": 409},
        form=lambda world: {"amount": "20000000"},
        note="after the release",
    ),
    Row(
        "contributions.refuse",
        "POST",
        of_part("deliberating", "/refuse"),
        {"officer": 303},
        form=lambda world: {"amount": "20000000", "note": "Not our field."},
    ),
    Row("releases.show_preview", "GET", of_round("deliberating", "release"), MANAGERS),
    Row(
        "releases.release",
        "POST",
        of_round("deliberating", "release"),
        {"manager": 422, "barred manager": 422},
        note="before the funder approved",
    ),
    Row("releases.show_announcement", "GET", of_round("decided", "announce"), MANAGERS),
    Row(
        "releases.announce",
        "POST",
        of_round("decided", "announce"),
        {"manager": 303, "barred manager": 303},
    ),
    Row(
        "releases.call_off",
        "POST",
        of_round("announced", "announce/call-off"),
        {"manager": 409, "barred manager": 409},
        note="what is public stays public",
    ),
    Row("signing.show_list", "GET", lambda world: "/letters-to-sign", OFFICERS),
    Row(
        "signing.sign",
        "POST",
        lambda world: "/letters-to-sign",
        dict.fromkeys(OFFICERS, 422),
        note="nothing waits",
    ),
    Row(
        "signing.show_sheet",
        "GET",
        lambda world: f"/letters-to-sign/{world.decisions['decided']}/{world.funder}",
        dict.fromkeys(OFFICERS, 404),
        note="no letter",
    ),
    Row("signatures.show_list", "GET", of_round("decided", "signatures"), MANAGERS),
    Row(
        "signatures.ask",
        "POST",
        of_round("decided", "signatures/ask"),
        {"manager": 303, "barred manager": 303},
    ),
    Row("amendments.show_award", "GET", of_application("decided", "award"), {"manager": 200}),
    Row(
        "amendments.show_amendment",
        "GET",
        of_application("decided", "award/amend"),
        {"manager": 200},
    ),
    Row(
        "amendments.amend",
        "POST",
        of_application("decided", "award/amend"),
        {"manager": 303},
        form=lambda world: {
            "version": "1",
            "reason": "Half of it.",
            f"sum-{world.funder}": "100000",
        },
    ),
    Row(
        "amendments.show_withdrawal",
        "GET",
        of_application("decided", "award/withdraw"),
        {"manager": 200},
    ),
    Row(
        "amendments.withdraw",
        "POST",
        of_application("decided", "award/withdraw"),
        {"manager": 303},
        form=lambda world: {"version": "1", "reason": "The report was false."},
    ),
    Row("letters.show_list", "GET", of_round("decided", "letters"), MANAGERS),
    Row(
        "letters.retry",
        "POST",
        of_round("decided", "letters/retry"),
        {"manager": 303, "barred manager": 303},
    ),
    Row("letters.reissue", "GET", of_application("decided", "letters/new"), {"manager": 200}),
    Row(
        "letters.reissue",
        "POST",
        of_application("decided", "letters/new"),
        {"manager": 303},
        form=lambda world: {"note": "A name was misspelt."},
    ),
    Row(
        "letters.reissue_announcement",
        "GET",
        of_round("announced", "announcement/new"),
        MANAGERS,
    ),
    Row(
        "letters.reissue_announcement",
        "POST",
        of_round("announced", "announcement/new"),
        {"manager": 303, "barred manager": 303},
        form=lambda world: {"note": "A name was misspelt."},
    ),
    Row(
        "letters.download",
        "GET",
        lambda world: f"/documents/{world.documents['decided']}.pdf",
        LETTER_READERS,
    ),
    Row("own_letters.show", "GET", of_application("decided", "letters"), LETTER_READERS),
    Row(
        "own_letters.accept",
        "POST",
        of_application("decided", "award/accept"),
        {"owner": 303, "editor": 303},
    ),
    Row(
        "own_letters.refuse",
        "POST",
        of_application("decided", "award/refuse"),
        {"owner": 303, "editor": 303},
        form=lambda world: {"note": "We closed."},
    ),
    Row(
        "announcements.download",
        "GET",
        lambda world: f"/announcements/{world.references['deliberating']}.pdf",
        {"stranger": 404},
        otherwise=404,
        note="before the round is announced",
    ),
]
