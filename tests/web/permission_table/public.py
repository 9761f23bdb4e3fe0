"""Health, privacy, how we decide, is this document genuine."""

from tests.web.permission_table import Row, everybody

ROWS: list[Row] = [
    everybody("public.healthz", "/healthz"),
    everybody("public.privacy", "/privacy"),
    everybody("public.how_we_decide", "/how-we-decide"),
    everybody("verification.show_verdict", "/verify"),
    Row("verification.check_upload", "POST", lambda world: "/verify", {"stranger": 422}, 422),
]
