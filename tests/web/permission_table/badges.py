"""Badges: what is public, and revoking. The rounds of the world give grants, which have none."""

from tests.web.permission_table import Row, everybody

NOBODY = "00000000-0000-0000-0000-000000000005"


def _none(endpoint: str, ending: str) -> Row:
    return everybody(f"badges.{endpoint}", f"/badges/{NOBODY}{ending}", 404)


ROWS: list[Row] = [
    everybody("badges.show_issuer", "/badges/issuer.json"),
    everybody("badges.show_key", "/badges/key.json"),
    everybody("badges.show_status", "/badges/status"),
    _none("show_badge", ""),
    _none("download_token", ".jwt"),
    _none("show_claims", ".json"),
    _none("show_picture", ".svg"),
    *(
        Row(
            "awarded_badges.revoke",
            method,
            lambda world: f"/applications/{world.applications['announced']}/badge",
            {"manager": 404},
            form=lambda world: {"reason": "A reason."},
            note="a grant",
        )
        for method in ("GET", "POST")
    ),
]
