"""The demo, step after step: what happens on which day, in the order of the calendar."""

import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import cast

from config import Config
from fundapp import create_app
from fundapp.adapters import schema
from fundapp.adapters.clock import FixedClock
from fundapp.demo import replays
from fundapp.demo.cast import ADMINISTRATOR, FUNDERS, MANAGER, REVIEWERS, mail_of, set_the_cast
from fundapp.demo.outputs import write_documents, write_exports, write_summary
from fundapp.demo.projects import Project, all_projects
from fundapp.demo.replaying import (
    cite_winners,
    load_applications,
    load_grant_votes,
    load_prize_reviews,
    seat_assessors,
)
from fundapp.demo.rounds import (
    RoundPart,
    announce,
    approve_all,
    assign_automatically,
    close_the_call,
    decide,
    open_the_call,
    release,
    seat,
)
from fundapp.demo.samples import (
    accept_awards,
    accept_some,
    applicant_address,
    apply_all,
    begin_review,
    declare_one,
    review_all,
)
from fundapp.demo.stage import PASSWORD, Stage, Teller
from fundapp.demo.working import PROCESSES, Crew, crew_of, print_and_send
from fundapp.domain.templates import SEED_GRANTS
from fundapp.extensions import db
from fundapp.web.installation import Installation

SAMPLE_NOTICE = "Sample. Every name, sum and mark in this round is fictional."
PRIZE, GRANT, SAMPLE, REVIEWING, OPEN = "prize", "grant", "sample", "reviewing", "open"
FINISHED = (PRIZE, GRANT, SAMPLE)
ALL = (*FINISHED, REVIEWING, OPEN)

PARTS = (
    RoundPart(
        key=PRIZE,
        template=replays.PRIZE_TEMPLATE,
        notice=replays.PRIZE_NOTICE,
        source_note=replays.PRIZE_SOURCE,
        opens=-150,
        closes=-120,
        reviews_due=-100,
        decides=-90,
        envelopes={
            "ruritania": 4_000_000,
            "lilliput": 2_500_000,
            "erewhon": 1_500_000,
            "laputa": 500_000,
        },
    ),
    RoundPart(
        key=GRANT,
        template=replays.GRANT_TEMPLATE,
        notice=replays.GRANT_NOTICE,
        source_note=replays.GRANT_SOURCE,
        opens=-149,
        closes=-115,
        reviews_due=-85,
        decides=-75,
        envelopes={
            "ruritania": 104_000_000,
            "lilliput": 68_000_000,
            "erewhon": 52_000_000,
            "laputa": 32_000_000,
        },
    ),
    RoundPart(
        key=SAMPLE,
        template=SEED_GRANTS,
        notice=SAMPLE_NOTICE,
        opens=-110,
        closes=-70,
        reviews_due=-40,
        decides=-30,
        envelopes={"ruritania": 30_000_000, "lilliput": 22_000_000, "erewhon": 13_000_000},
        title="Seed grants for AI evaluation start-ups, sample round",
    ),
    RoundPart(
        key=REVIEWING,
        template=SEED_GRANTS,
        notice=SAMPLE_NOTICE,
        opens=-60,
        closes=-24,
        reviews_due=-2,
        decides=20,
        envelopes={
            "ruritania": 60_000_000,
            "lilliput": 40_000_000,
            "erewhon": 30_000_000,
            "laputa": 20_000_000,
        },
        title="Seed grants for AI evaluation start-ups, second round",
    ),
    RoundPart(
        key=OPEN,
        template=SEED_GRANTS,
        notice=SAMPLE_NOTICE,
        opens=-18,
        closes=24,
        reviews_due=60,
        decides=80,
        envelopes={
            "ruritania": 60_000_000,
            "lilliput": 45_000_000,
            "erewhon": 30_000_000,
            "laputa": 25_000_000,
        },
    ),
)

OFFICER = FUNDERS[2].officer
DECLARER = REVIEWERS[1][0]
SIGN_INS = (
    ("administrator", mail_of(ADMINISTRATOR, "fund.example")),
    ("fund manager", mail_of(MANAGER, "fund.example")),
    ("officer", mail_of(FUNDERS[0].officer, f"{FUNDERS[0].code}.example")),
    ("reviewer", mail_of(REVIEWERS[3][0], f"{REVIEWERS[3][1]}.example")),
    ("applicant", applicant_address(all_projects()[43])),
)
"""One person of each role: role and mail address."""

_PANEL = dict(REVIEWERS)
_SAMPLE_PANEL = {name: funder for name, funder in REVIEWERS if funder != "laputa"}
_DRAFTS = {3: 9, 4: 6, 5: 4, 6: 2, 7: 1}
"""Places of the open call's drafts, to how many of nine sections are written."""


@dataclass(frozen=True)
class Scene:
    """What happens on one day. Scenes of one day keep their order."""

    day: float
    name: str
    run: Callable[[Stage], str]


def scenes(keys: Collection[str], crew: Crew) -> list[Scene]:
    """Return everything that happens in the rounds `keys`, by day."""
    work = partial(print_and_send, crew=crew)
    parts = [part for part in PARTS if part.key in keys]
    found = [
        Scene(-160, "set the cast", set_the_cast),
        *(
            Scene(part.opens, f"open {part.key}", partial(open_the_call, part=part))
            for part in parts
        ),
        *(scene for part in parts for scene in _SCENES[part.key]()),
    ]
    found += [
        Scene(scene.day + 0.1, scene.name.replace("release", "print"), work)
        for scene in found
        if scene.name.startswith("release ")
    ]
    found.append(Scene(-1, "print and send the rest", work))
    return sorted(found, key=lambda scene: scene.day)


def play(
    config: Config,
    teller: Teller,
    *,
    keys: Collection[str] = ALL,
    today: datetime | None = None,
    prints: bool = True,
) -> Stage:
    """Play the rounds `keys` into `config.data_folder`, which is emptied first.

    Without `prints` nothing is printed or mailed: for a quick look at the rest.
    """
    stage = set_the_stage(config, teller, today=today)
    with crew_of(config, PROCESSES if prints else 0) as crew:
        steps = [(scene.name, play_scene(stage, scene)) for scene in scenes(keys, crew)]
    finished = [key for key in FINISHED if key in keys]
    writing = (
        Scene(0, "write the documents", write_documents),
        Scene(0, "write the exports", partial(write_exports, keys=finished)),
    )
    steps += [(scene.name, play_scene(stage, scene)) for scene in writing]
    write_summary(stage, steps)
    return stage


def play_scene(stage: Stage, scene: Scene) -> float:
    """Play one scene on its day; return the seconds it took."""
    began = monotonic()
    stage.clock.instant = max(stage.now, stage.at(scene.day))
    line = scene.run(stage)
    stage.teller.say(f"{stage.now:%d %b}  {line}")
    return monotonic() - began


def set_the_stage(config: Config, teller: Teller, *, today: datetime | None = None) -> Stage:
    """Empty the folder, migrate a new database, and return the stage of `today`."""
    if config.data_folder.exists():
        shutil.rmtree(config.data_folder)
    now = today or datetime.now(UTC)
    opening = now.replace(hour=9, minute=0, second=0, microsecond=0)
    clock = FixedClock(opening)
    app = create_app(config, clock=clock)
    installed = cast(Installation, app.extensions["installation"])
    with app.app_context():
        engine = db.engine
        schema.upgrade(engine)
    stage = Stage(
        app=app,
        engine=engine,
        config=config,
        clock=clock,
        opening=opening,
        password_hash=installed.passwords.hash_of(PASSWORD),
        teller=teller,
    )
    clock.instant = stage.at(-160)
    return stage


def _projects(first: int, last: int) -> tuple[Project, ...]:
    return all_projects()[first:last]


def _open_scenes() -> list[Scene]:
    def apply(stage: Stage) -> str:
        return apply_all(stage, OPEN, _projects(39, 47), drafts=_DRAFTS)

    return [Scene(-5, "apply to the open call", apply)]


def _prize_scenes() -> list[Scene]:
    return [
        Scene(-130, "load the entries", lambda s: load_applications(s, PRIZE, _prize_entries())),
        Scene(-119, "close the prize", lambda s: close_the_call(s, PRIZE)),
        Scene(-118, "load the ratings", lambda s: load_prize_reviews(s, PRIZE)),
        Scene(-95, "decide the prize", lambda s: decide(s, PRIZE)),
        Scene(-94, "cite the winners", lambda s: cite_winners(s, PRIZE)),
        Scene(-93, "approve the prize", lambda s: approve_all(s, PRIZE)),
        Scene(-90, "release the prize", lambda s: release(s, PRIZE)),
        Scene(-88, "announce the prize", lambda s: announce(s, PRIZE)),
    ]


def _grant_scenes() -> list[Scene]:
    return [
        Scene(-129, "load the applications", lambda s: load_applications(s, GRANT, _requests())),
        Scene(-114, "close the replay", lambda s: close_the_call(s, GRANT)),
        Scene(-113, "seat the assessors", lambda s: seat_assessors(s, GRANT)),
        Scene(-112, "assign the assessors", lambda s: assign_automatically(s, GRANT)),
        Scene(-110.5, "load the votes", lambda s: load_grant_votes(s, GRANT)),
        Scene(-80, "decide the replay", lambda s: decide(s, GRANT)),
        Scene(-78, "approve the replay", lambda s: approve_all(s, GRANT)),
        Scene(-75, "release the replay", lambda s: release(s, GRANT)),
        Scene(-73, "announce the replay", lambda s: announce(s, GRANT)),
    ]


def _sample_scenes() -> list[Scene]:
    note = "The applicant's lead was my student until last year."
    return [
        Scene(-80.5, "apply to the sample", lambda s: apply_all(s, SAMPLE, _projects(0, 15))),
        Scene(-69, "close the sample", lambda s: close_the_call(s, SAMPLE)),
        Scene(-68, "seat the panel", lambda s: seat(s, SAMPLE, _SAMPLE_PANEL, load=12)),
        Scene(-67.5, "declare", lambda s: declare_one(s, SAMPLE, note=note, name=OFFICER)),
        Scene(-67, "assign the sample", lambda s: assign_automatically(s, SAMPLE)),
        Scene(-45, "review the sample", lambda s: review_all(s, SAMPLE)),
        Scene(-35, "decide the sample", lambda s: decide(s, SAMPLE, reserves=2)),
        Scene(-33, "approve the sample", lambda s: approve_all(s, SAMPLE)),
        Scene(-30, "release the sample", lambda s: release(s, SAMPLE)),
        Scene(-28, "announce the sample", lambda s: announce(s, SAMPLE)),
        Scene(-20, "accept awards", lambda s: accept_awards(s, SAMPLE, count=2)),
    ]


def _reviewing_scenes() -> list[Scene]:
    note = "We wrote a paper together two years ago."
    return [
        Scene(-27, "apply to the second", lambda s: apply_all(s, REVIEWING, _projects(15, 39))),
        Scene(-23, "close the second", lambda s: close_the_call(s, REVIEWING)),
        Scene(-22.5, "seat the second panel", lambda s: seat(s, REVIEWING, _PANEL, load=10)),
        Scene(-22, "assign the second", lambda s: assign_automatically(s, REVIEWING)),
        Scene(-10, "declare again", lambda s: declare_one(s, REVIEWING, note=note, name=DECLARER)),
        Scene(-9, "half of the reviews", lambda s: review_all(s, REVIEWING, share=0.5)),
        Scene(-8, "accept some reviews", lambda s: accept_some(s, REVIEWING, count=12)),
        Scene(-7, "leave a review", lambda s: begin_review(s, REVIEWING)),
    ]


def _prize_entries() -> bytes:
    return replays.prize_applications()


def _requests() -> bytes:
    return replays.grant_applications()


_SCENES: Mapping[str, Callable[[], list[Scene]]] = {
    PRIZE: _prize_scenes,
    GRANT: _grant_scenes,
    SAMPLE: _sample_scenes,
    REVIEWING: _reviewing_scenes,
    OPEN: _open_scenes,
}
