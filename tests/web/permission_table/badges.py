"""Badges: what is public of the one that the world has, and revoking it."""

from tests.web.permission_table import Row, everybody

NOBODY = "00000000-0000-0000-0000-000000000005"


def _badge(endpoint: str, ending: str, status: int) -> Row:
    return Row(
        f"badges.{endpoint}",
        "GET",
        lambda world: f"/badges/{world.badge}{ending}",
        {"stranger": status},
        otherwise=status,
    )


def _none(endpoint: str, ending: str) -> Row:
    address = f"/badges/{NOBODY}{ending}"
    return Row(
        f"badges.{endpoint}", "GET", lambda world: address, {"stranger": 404}, 404, note="none"
    )


ROWS: list[Row] = [
    everybody("badges.show_issuer", "/badges/issuer.json"),
    everybody("badges.show_key", "/badges/key.json"),
    everybody("badges.show_status", "/badges/status"),
    _badge("show_badge", "", 200),
    _badge("download_token", ".jwt", 200),
    _badge("show_picture", ".svg", 200),
    _badge("show_claims", ".json", 404),  # it was signed with another key
    _none("show_badge", ""),
    _none("download_token", ".jwt"),
    _none("show_claims", ".json"),
    _none("show_picture", ".svg"),
    Row(
        "awarded_badges.revoke",
        "GET",
        lambda world: f"/applications/{world.applications['announced']}/badge",
        {"manager": 200},
    ),
    Row(
        "awarded_badges.revoke",
        "POST",
        lambda world: f"/applications/{world.applications['announced']}/badge",
        {"manager": 303},
        form=lambda world: {"reason": "A reason."},
    ),
]
