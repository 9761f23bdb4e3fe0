"""Feeds, calendars and certificates, for everybody."""

from tests.web.permission_table import Row, everybody


def _of_round(endpoint: str, pattern: str, state: str, status: int) -> Row:
    return Row(
        endpoint,
        "GET",
        lambda world: pattern.format(world.references[state]),
        {"stranger": status},
        otherwise=status,
        note=state,
    )


ROWS: list[Row] = [
    everybody("feeds.follow_fund", "/announcements.atom"),
    everybody("feeds.download_dates", "/calls.ics"),
    *(
        _of_round(endpoint, pattern, state, status)
        for endpoint, pattern in (
            ("feeds.follow_round", "/announcements/{}.atom"),
            ("feeds.download_dates_of_call", "/calls/{}.ics"),
        )
        for state, status in (("announced", 200), ("open", 200), ("draft", 404))
    ),
    *(
        _of_round(
            "announced_awards.download_certificate", "/awards/{}-001/certificate.pdf", state, 404
        )
        for state in ("announced", "decided")
    ),
]
