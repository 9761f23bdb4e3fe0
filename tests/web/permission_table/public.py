"""Health, privacy, how we decide."""

from tests.web.permission_table import Row, everybody

ROWS: list[Row] = [
    everybody("public.healthz", "/healthz"),
    everybody("public.privacy", "/privacy"),
    everybody("public.how_we_decide", "/how-we-decide"),
]
