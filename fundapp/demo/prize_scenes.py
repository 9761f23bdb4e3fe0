"""The sample prize round, step by step: seven entries, pairs, re-runs, and an embargo."""

from fundapp.demo.calendar import EVALUATIONS
from fundapp.demo.cast import REVIEWERS
from fundapp.demo.entering import enter_all, nominate_one
from fundapp.demo.judging import freeze_by_pairs, judge_pairs, review_entries
from fundapp.demo.rounds import (
    approve_all,
    assign_automatically,
    close_the_call,
    decide,
    release,
    seat,
)
from fundapp.demo.samples import accept_awards
from fundapp.demo.stage import Scene
from fundapp.demo.verifying import (
    announce_under_embargo,
    approve_citations,
    ask_for_reruns,
    deliver_reruns,
    seat_verifiers,
    settle_reruns,
    write_citations,
)


def evaluation_scenes() -> list[Scene]:
    """A prize from the nomination to the instant of its announcement."""
    key = EVALUATIONS
    return [
        Scene(-100, "nominate", lambda s: nominate_one(s, key)),
        Scene(-74, "enter", lambda s: enter_all(s, key)),
        Scene(-71.5, "close the entries", lambda s: close_the_call(s, key)),
        Scene(-71.3, "seat the judges", lambda s: seat(s, key, dict(REVIEWERS), load=5)),
        Scene(-71, "assign the entries", lambda s: assign_automatically(s, key)),
        Scene(-55, "review the entries", lambda s: review_entries(s, key)),
        Scene(-54, "judge pairs", lambda s: judge_pairs(s, key)),
        Scene(-52, "freeze the order", lambda s: freeze_by_pairs(s, key)),
        Scene(-51.5, "decide the entries", lambda s: decide(s, key)),
        *_verifying(),
        Scene(-36, "cite the entries", lambda s: write_citations(s, key)),
        Scene(-34, "approve the entries", lambda s: approve_all(s, key)),
        Scene(-32, "release the entries", lambda s: release(s, key)),
        Scene(-28.5, "accept as winners", lambda s: accept_awards(s, key)),
        Scene(-28.4, "approve citations", lambda s: approve_citations(s, key)),
        Scene(
            -27.5,
            "release the announcement under embargo",
            lambda s: announce_under_embargo(s, key, until=-26),
        ),
    ]


def _verifying() -> list[Scene]:
    """The first of the winners does not hold; who moves up is run again, too."""
    key = EVALUATIONS
    return [
        Scene(-51.2, "seat verifiers", seat_verifiers),
        Scene(-51, "ask for re-runs", lambda s: ask_for_reruns(s, key)),
        Scene(-45.5, "deliver re-runs", lambda s: deliver_reruns(s, key)),
        Scene(-44.5, "settle re-runs", lambda s: settle_reruns(s, key)),
        Scene(-42, "ask for one more", lambda s: ask_for_reruns(s, key)),
        Scene(-39, "deliver one more", lambda s: deliver_reruns(s, key)),
        Scene(-37, "settle one more", lambda s: settle_reruns(s, key)),
    ]
