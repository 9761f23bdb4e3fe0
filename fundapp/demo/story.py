"""The demo, step after step: what happens on which day, in the order of the calendar."""

import shutil
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import cast

from config import Config
from fundapp import create_app
from fundapp.adapters import schema
from fundapp.adapters.clock import FixedClock
from fundapp.demo import replays
from fundapp.demo.bidding import bid_on_all
from fundapp.demo.calendar import (
    ALL,
    DELIBERATING,
    EVALUATIONS,
    FINISHED,
    GRANT,
    OPEN,
    PARTS,
    PRIZE,
    REVIEWING,
    SAMPLE,
)
from fundapp.demo.cast import ADMINISTRATOR, FUNDERS, MANAGER, REVIEWERS, mail_of, set_the_cast
from fundapp.demo.drawing import draw, freeze_the_list
from fundapp.demo.open_data import write_open_data
from fundapp.demo.outputs import EXPORTS, write_documents, write_exports, write_summary
from fundapp.demo.prize_scenes import evaluation_scenes
from fundapp.demo.projects import Project, all_projects
from fundapp.demo.public_files import write_public_files
from fundapp.demo.replaying import (
    cite_winners,
    load_applications,
    load_grant_votes,
    load_prize_reviews,
    seat_assessors,
)
from fundapp.demo.reviewing import (
    accept_some,
    begin_review,
    hand_over,
    recuse_one,
    refuse_one,
    write_reviews,
)
from fundapp.demo.rounds import (
    announce,
    approve_all,
    approve_first,
    ask_officers,
    assign_automatically,
    close_the_call,
    decide,
    end_and_decide,
    open_the_call,
    release,
    seat,
)
from fundapp.demo.samples import (
    accept_awards,
    applicant_address,
    apply_all,
    declare_one,
)
from fundapp.demo.signing import amend_first, refuse_until_one_moves_up, sign_all
from fundapp.demo.stage import PASSWORD, Scene, Stage, Teller
from fundapp.demo.wording import word_the_declines
from fundapp.demo.working import PROCESSES, Crew, crew_of, print_and_send
from fundapp.extensions import db
from fundapp.web.installation import Installation

OFFICER = FUNDERS[2].officer
DECLARER = REVIEWERS[1][0]
REVIEWER = REVIEWERS[3]
SIGN_INS = (
    ("administrator", mail_of(ADMINISTRATOR, "fund.example")),
    ("fund manager", mail_of(MANAGER, "fund.example")),
    *(("officer", mail_of(part.officer, f"{part.code}.example")) for part in FUNDERS),
    ("reviewer", mail_of(REVIEWER[0], f"{REVIEWER[1]}.example")),
    ("applicant", applicant_address(all_projects()[43])),
)
"""Whom to sign in as, by role; an officer of each funder."""

_PANEL = dict(REVIEWERS)
_LATECOMERS = tuple(part for part in REVIEWERS if part[1] == "laputa")
_WITHOUT_LAPUTA = dict(part for part in REVIEWERS if part[1] != "laputa")
_DRAFTS = {3: 9, 4: 6, 5: 4, 6: 2, 7: 1}
"""Places of the open call's drafts, to how many of nine sections are written."""


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
        Scene(0, "write open data", partial(write_open_data, keys=finished, folder=EXPORTS)),
        Scene(0, "write what is public", write_public_files),
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
    projects = _projects(39, 47)
    return [Scene(-5, "apply", lambda s: apply_all(s, OPEN, projects, drafts=_DRAFTS))]


def _prize_scenes() -> list[Scene]:
    return [
        Scene(
            -130,
            "load the entries",
            lambda s: load_applications(s, PRIZE, replays.prize_applications()),
        ),
        Scene(-119, "close the prize", lambda s: close_the_call(s, PRIZE)),
        Scene(-118, "load the ratings", lambda s: load_prize_reviews(s, PRIZE)),
        Scene(-95, "decide the prize", lambda s: end_and_decide(s, PRIZE)),
        Scene(-94, "cite the winners", lambda s: cite_winners(s, PRIZE)),
        Scene(-93, "approve the prize", lambda s: approve_all(s, PRIZE)),
        Scene(-90, "release the prize", lambda s: release(s, PRIZE)),
        Scene(-88, "announce the prize", lambda s: announce(s, PRIZE)),
        Scene(-85, "accept the prizes", lambda s: accept_awards(s, PRIZE)),
    ]


def _grant_scenes() -> list[Scene]:
    return [
        Scene(
            -129,
            "load the applications",
            lambda s: load_applications(s, GRANT, replays.grant_applications()),
        ),
        Scene(-114, "close the replay", lambda s: close_the_call(s, GRANT)),
        Scene(-113, "seat the assessors", lambda s: seat_assessors(s, GRANT)),
        Scene(-112, "assign the assessors", lambda s: assign_automatically(s, GRANT)),
        Scene(-110.5, "load the votes", lambda s: load_grant_votes(s, GRANT)),
        Scene(-80, "decide the replay", lambda s: end_and_decide(s, GRANT)),
        Scene(-78, "approve the replay", lambda s: approve_all(s, GRANT)),
        Scene(-75, "release the replay", lambda s: release(s, GRANT)),
        Scene(-73, "announce the replay", lambda s: announce(s, GRANT)),
        Scene(-70, "accept the replay", lambda s: accept_awards(s, GRANT)),
    ]


def _sample_scenes() -> list[Scene]:
    note = "The applicant's lead was my student until last year."
    return [
        Scene(-80.5, "apply to the sample", lambda s: apply_all(s, SAMPLE, _projects(0, 15))),
        Scene(-69, "close the sample", lambda s: close_the_call(s, SAMPLE)),
        Scene(-68, "seat the panel", lambda s: seat(s, SAMPLE, _WITHOUT_LAPUTA, load=12)),
        Scene(-67.5, "declare", lambda s: declare_one(s, SAMPLE, note=note, name=OFFICER)),
        Scene(-67, "assign the sample", lambda s: assign_automatically(s, SAMPLE)),
        Scene(-45, "review the sample", lambda s: write_reviews(s, SAMPLE)),
        Scene(-38, "freeze the list", lambda s: freeze_the_list(s, SAMPLE)),
        Scene(-35.5, "draw", lambda s: draw(s, SAMPLE)),
        Scene(-35, "decide the sample", lambda s: decide(s, SAMPLE, reserves=3)),
        Scene(-33.5, "approve one", lambda s: approve_first(s, SAMPLE, FUNDERS[1])),
        Scene(-33, "approve the sample", lambda s: approve_all(s, SAMPLE)),
        Scene(-31, "word the declines", lambda s: word_the_declines(s, SAMPLE)),
        Scene(-30, "release the sample", lambda s: release(s, SAMPLE)),
        Scene(-29, "release the signed letters", lambda s: sign_all(s, SAMPLE)),
        Scene(-28, "announce the sample", lambda s: announce(s, SAMPLE)),
        *_answers(),
    ]


def _answers() -> list[Scene]:
    """Start-ups refuse until the reserve list moves up, and one award is amended."""
    return [
        Scene(-20, "accept awards", lambda s: accept_awards(s, SAMPLE, count=2)),
        Scene(-19, "refuse awards", lambda s: refuse_until_one_moves_up(s, SAMPLE)),
        Scene(-17, "approve who moved up", lambda s: approve_all(s, SAMPLE)),
        Scene(-16, "release who moved up", lambda s: release(s, SAMPLE)),
        Scene(-15, "amend an award", lambda s: amend_first(s, SAMPLE)),
        Scene(-14, "release what is signed", lambda s: sign_all(s, SAMPLE)),
        Scene(-10, "accept the others", lambda s: accept_awards(s, SAMPLE)),
    ]


def _deliberating_scenes() -> list[Scene]:
    return [
        Scene(-50, "apply to the third", lambda s: apply_all(s, DELIBERATING, _projects(47, 56))),
        Scene(-44, "close the third", lambda s: close_the_call(s, DELIBERATING)),
        Scene(-43.5, "seat the third panel", lambda s: seat(s, DELIBERATING, _PANEL, load=4)),
        Scene(-43, "assign the third", lambda s: assign_automatically(s, DELIBERATING)),
        Scene(-16, "review the third", lambda s: write_reviews(s, DELIBERATING)),
        Scene(-13, "decide the third", lambda s: end_and_decide(s, DELIBERATING, reserves=1)),
        Scene(-12, "ask the officers", lambda s: ask_officers(s, DELIBERATING)),
        Scene(-11, "approve one part", lambda s: approve_first(s, DELIBERATING, FUNDERS[1])),
    ]


def _reviewing_scenes() -> list[Scene]:
    """Reviews that are handed over late are due in the coming days; the others are late."""
    note = "We wrote a paper together two years ago."
    (one, _), (other, _) = _LATECOMERS
    return [
        Scene(-27, "apply to the second", lambda s: apply_all(s, REVIEWING, _projects(15, 39))),
        Scene(-23, "close the second", lambda s: close_the_call(s, REVIEWING)),
        Scene(-22.5, "seat a panel", lambda s: seat(s, REVIEWING, _WITHOUT_LAPUTA, load=13)),
        Scene(-22.3, "bid", lambda s: bid_on_all(s, REVIEWING, _WITHOUT_LAPUTA)),
        Scene(-22, "assign the second", lambda s: assign_automatically(s, REVIEWING)),
        Scene(-10, "declare again", lambda s: recuse_one(s, REVIEWING, name=DECLARER, note=note)),
        Scene(-9, "half of the reviews", lambda s: write_reviews(s, REVIEWING, count=36)),
        Scene(-8, "accept some reviews", lambda s: accept_some(s, REVIEWING, count=6)),
        Scene(-7, "leave a review", lambda s: begin_review(s, REVIEWING, name=REVIEWER[0])),
        Scene(-6, "seat latecomers", lambda s: seat(s, REVIEWING, dict(_LATECOMERS), load=10)),
        Scene(-5.5, "hand over", lambda s: hand_over(s, REVIEWING, name=one, count=8)),
        Scene(-3, "refuse a review", lambda s: refuse_one(s, REVIEWING, instead=REVIEWER[0])),
        Scene(-2.5, "hand over more", lambda s: hand_over(s, REVIEWING, name=other, count=8)),
    ]


_SCENES: Mapping[str, Callable[[], list[Scene]]] = {
    PRIZE: _prize_scenes,
    GRANT: _grant_scenes,
    SAMPLE: _sample_scenes,
    EVALUATIONS: evaluation_scenes,
    DELIBERATING: _deliberating_scenes,
    REVIEWING: _reviewing_scenes,
    OPEN: _open_scenes,
}
