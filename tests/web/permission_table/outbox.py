"""Outbox, jobs and audit record."""

from tests.web.permission_table import Row

UNKNOWN = "00000000-0000-0000-0000-000000000001"
FUND_STAFF = {"manager": 200, "barred manager": 200, "administrator": 200}
FUND_STAFF_FIND_NOTHING = dict.fromkeys(FUND_STAFF, 404)

ROWS: list[Row] = [
    Row("outbox.show_list", "GET", lambda world: "/outbox", FUND_STAFF),
    Row("outbox.show_mail", "GET", lambda world: f"/outbox/{UNKNOWN}", FUND_STAFF_FIND_NOTHING),
    Row(
        "outbox.resend_mail",
        "POST",
        lambda world: f"/outbox/{UNKNOWN}/resend",
        FUND_STAFF_FIND_NOTHING,
    ),
    Row(
        "outbox.settle_mail",
        "POST",
        lambda world: f"/outbox/{UNKNOWN}/settle",
        FUND_STAFF_FIND_NOTHING,
    ),
    Row("jobs.show_list", "GET", lambda world: "/jobs", {"administrator": 200}),
    Row("jobs.retry_job", "POST", lambda world: f"/jobs/{UNKNOWN}/retry", {"administrator": 404}),
    Row("audit.show_list", "GET", lambda world: "/audit", FUND_STAFF),
]
