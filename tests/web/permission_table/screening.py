"""Screening: fund managers only, and not where they have a conflict."""

from tests.web.permission_table import Row

MANAGERS = {"manager": 200, "barred manager": 200}

ROWS: list[Row] = [
    Row(
        "screening.show_list",
        "GET",
        lambda world: f"/rounds/{world.rounds['screening']}/screening",
        MANAGERS,
    ),
    Row(
        "screening.preview_checks",
        "POST",
        lambda world: f"/rounds/{world.rounds['screening']}/screening/preview",
        MANAGERS,
        form=lambda world: {
            "application_ids": world.applications["screening"],
            "verdict": "ineligible",
            "reason": "Founded too long ago.",
        },
    ),
    Row(
        "screening.check_applications",
        "POST",
        lambda world: f"/rounds/{world.rounds['screening']}/screening",
        {"manager": 303},
        form=lambda world: {
            "application_ids": world.applications["screening"],
            "verdict": "eligible",
        },
    ),
    Row(
        "screening.check_application",
        "GET",
        lambda world: f"/applications/{world.applications['screening']}/eligibility",
        {"manager": 200},
    ),
    Row(
        "screening.check_application",
        "POST",
        lambda world: f"/applications/{world.applications['screening']}/eligibility",
        {"manager": 303},
        form=lambda world: {"verdict": "eligible"},
    ),
]
