"""The links at the top of every page, by role."""

from fundapp.domain.permissions import Actor

Link = dict[str, str | bool]


def navigation_for(actor: Actor | None, path: str, *, to_sign: int = 0) -> list[Link]:
    """Return the links that this person can use, the current one marked.

    to_sign: how many award letters wait for the person's signature.
    """
    return [
        {"label": label, "href": href, "current": path == href or path.startswith(f"{href}/")}
        for label, href in _links(actor, to_sign=to_sign)
    ]


def _links(actor: Actor | None, *, to_sign: int) -> list[tuple[str, str]]:
    links = [("Open calls", "/calls"), ("Awards", "/awards")]
    if actor is None:
        return [*links, ("How we decide", "/how-we-decide")]
    if actor.is_fund_manager:
        links = [
            ("Rounds", "/rounds"),
            ("Funders", "/funders"),
            ("Outbox", "/outbox"),
            ("Audit", "/audit"),
            *links,
        ]
    if actor.offices:
        links = [("Decisions", "/decisions"), *links]
    links = [*_waiting(actor, to_sign=to_sign), *links]
    if actor.seats:
        links = [("Reviews", "/reviews"), *links]
    if actor.memberships or not (actor.is_fund_manager or actor.offices or actor.seats):
        links = [("My applications", "/applications"), *links]
    if actor.is_administrator:
        links = [*links, ("Open data", "/open-data"), ("People", "/people"), ("Jobs", "/jobs")]
    return links


def _waiting(actor: Actor, *, to_sign: int) -> list[tuple[str, str]]:
    """Return the lists of what waits for the person, with how many stand in each."""
    lists = [("Re-runs", "/reruns", len(actor.reruns)), ("To sign", "/letters-to-sign", to_sign)]
    return [(f"{label} ({count})", href) for label, href, count in lists if count]
