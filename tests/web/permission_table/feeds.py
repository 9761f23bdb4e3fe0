"""Feeds and calendars, for everybody."""

from tests.web.permission_table import Row, everybody


def _of_round(endpoint: str, pattern: str, state: str, status: int) -> Row:
    return Row(
        f"feeds.{endpoint}",
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
            ("follow_round", "/announcements/{}.atom"),
            ("download_dates_of_call", "/calls/{}.ics"),
        )
        for state, status in (("announced", 200), ("open", 200), ("draft", 404))
    ),
]
