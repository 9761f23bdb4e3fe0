"""What the criteria of a draft count for each funder, and what keeps it true."""

import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.errors import InvalidInput, NotAllowed, StaleVersion, WrongState
from fundapp.domain.permissions import Actor
from fundapp.domain.rounds import RoundSettings
from fundapp.domain.rubrics import Criterion
from fundapp.domain.rules import RoundIdentity, rules_text
from fundapp.domain.states import RoundState
from fundapp.models import AuditEvent, Funder, FunderWeight, Round
from fundapp.models import Criterion as CriterionRow
from fundapp.queries.access import actor_for
from fundapp.queries.round_records import content_of, settings_of, weighed_rubric
from fundapp.services import round_money, rubrics
from fundapp.services.funder_weights import (
    own_weights_stamp,
    set_funder_weights,
    set_own_weights,
)
from fundapp.services.round_deletions import delete_round
from fundapp.services.rounds import copy_round
from tests.builders import (
    NOW,
    a_criterion,
    a_funder,
    a_manager,
    a_person,
    a_round,
    an_envelope,
)
from tests.statements import counted_statements

REACH = Criterion(
    code="", title="Reach", question="Who gains?", weight=10, marks=(1, 2), anchors={1: "", 2: ""}
)


class Draft:
    """A draft with two criteria and two funders."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.manager = actor_for(session, a_manager(session).id)
        self.round: Round = a_round(session, RoundState.DRAFT)
        self.criteria: list[CriterionRow] = [
            a_criterion(session, self.round, code=code, weight=50) for code in ("validity", "cost")
        ]
        self.funders: list[Funder] = [
            a_funder(session, name, code=name.lower()) for name in ("Lilliput", "Erewhon")
        ]
        for funder in self.funders:
            an_envelope(session, self.round, funder)

    def weigh(self, *weights: int, funder: int = 0, actor: Actor | None = None) -> None:
        own = {row.id: weight for row, weight in zip(self.criteria, weights, strict=False)}
        set_funder_weights(
            self.session,
            self.round.id,
            self.funders[funder].id,
            weights=own or None,
            actor=actor or self.manager,
            now=NOW,
        )

    @property
    def own(self) -> dict[str, dict[str, int]]:
        self.session.expire_all()
        codes = {funder.id: funder.code for funder in self.funders}
        found = weighed_rubric(self.session, self.round.id).own
        return {codes[funder]: dict(weights) for funder, weights in found.items()}

    @property
    def rules(self) -> str:
        self.session.expire_all()
        content = content_of(self.session, self.round)
        return rules_text(RoundIdentity("R", "s"), settings_of(self.round), content)


@pytest.fixture
def draft(session: Session) -> Draft:
    return Draft(session)


def test_a_funder_gets_its_own_weights_and_gives_them_back(session: Session, draft: Draft) -> None:
    draft.weigh(3, 0)
    assert draft.own == {"lilliput": {"validity": 3, "cost": 0}}
    draft.weigh(1, 2, funder=1)
    draft.weigh(5, 5)
    draft.weigh(5, 5)
    assert draft.own == {
        "lilliput": {"validity": 5, "cost": 5},
        "erewhon": {"validity": 1, "cost": 2},
    }
    draft.weigh()
    assert draft.own == {"erewhon": {"validity": 1, "cost": 2}}
    lines = session.scalars(
        select(AuditEvent.details).where(AuditEvent.event == "round.funder_weights_set")
    ).all()
    assert [(line["funder"], line["weights"]) for line in lines] == [
        ("lilliput", {"validity": 3, "cost": 0}),
        ("erewhon", {"validity": 1, "cost": 2}),
        ("lilliput", {"validity": 5, "cost": 5}),
        ("lilliput", "as in the rubric"),
    ]


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        (
            (0, 0),
            "Give one criterion or more a weight above 0, or empty all fields of this funder.",
        ),
        ((-1, 3), "Enter a whole number from 0 to 100."),
        ((3, 101), "Enter a whole number from 0 to 100."),
        ((3,), "The criteria changed in the meantime. Load the page again."),
    ],
)
def test_what_no_funder_can_weigh_by_is_refused(
    draft: Draft, weights: tuple[int, ...], sentence: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        draft.weigh(*weights)
    assert [problem.sentence for problem in refused.value.problems] == [sentence]
    assert draft.own == {}


def test_only_funders_of_the_round_weigh(session: Session, draft: Draft) -> None:
    draft.funders.append(a_funder(session, "Stranger"))
    with pytest.raises(InvalidInput, match="A funder left this round"):
        draft.weigh(1, 1, funder=2)


def test_only_the_manager_sets_weights_and_only_of_a_draft(session: Session, draft: Draft) -> None:
    with pytest.raises(NotAllowed):
        draft.weigh(1, 2, actor=actor_for(session, a_person(session).id))
    draft.round.state = RoundState.OPEN
    with pytest.raises(WrongState, match="frozen"):
        draft.weigh(1, 2)


def test_two_managers_do_not_overwrite_each_other(session: Session, draft: Draft) -> None:
    seen = own_weights_stamp(session, draft.round.id)
    draft.weigh(1, 2)
    first, second = draft.criteria
    table = {draft.funders[1].id: {first.id: 4, second.id: 1}}
    with pytest.raises(StaleVersion) as refused:
        set_own_weights(session, draft.round.id, table, version=seen, actor=draft.manager, now=NOW)
    stale = refused.value
    assert stale.theirs == {draft.funders[0].id: {first.id: 1, second.id: 2}}
    set_own_weights(
        session, draft.round.id, table, version=stale.version, actor=draft.manager, now=NOW
    )
    assert draft.own["erewhon"] == {"validity": 4, "cost": 1}


def test_the_same_weights_again_change_nothing(session: Session, draft: Draft) -> None:
    draft.weigh(1, 2)
    table = {draft.funders[0].id: dict(zip((c.id for c in draft.criteria), (1, 2), strict=True))}
    before = session.scalars(select(AuditEvent.id)).all()
    set_own_weights(session, draft.round.id, table, version=0, actor=draft.manager, now=NOW)
    assert session.scalars(select(AuditEvent.id)).all() == before


def test_a_new_criterion_counts_as_in_the_rubric(session: Session, draft: Draft) -> None:
    draft.weigh(9, 1)
    row = rubrics.add_criterion(session, draft.round.id, REACH, actor=draft.manager, now=NOW)
    assert draft.own == {"lilliput": {"validity": 9, "cost": 1, "reach": 10}}
    rubrics.move_criterion(session, row.id, by=-5, actor=draft.manager, now=NOW)
    assert draft.own == {"lilliput": {"reach": 10, "validity": 9, "cost": 1}}


def test_a_removed_criterion_goes_here_too(session: Session, draft: Draft) -> None:
    draft.weigh(9, 0)
    rubrics.remove_criterion(session, draft.criteria[0].id, actor=draft.manager, now=NOW)
    assert draft.own == {"lilliput": {"cost": 0}}


def test_a_funder_that_leaves_takes_its_weights_along(session: Session, draft: Draft) -> None:
    draft.weigh(9, 0)
    leaving = draft.funders[0].id
    round_money.remove_envelope(session, draft.round.id, leaving, actor=draft.manager, now=NOW)
    assert session.scalars(select(FunderWeight)).all() == []
    round_money.set_envelope(
        session, draft.round.id, leaving, amount=100, actor=draft.manager, now=NOW
    )
    assert draft.own == {}


def test_a_copy_has_the_weights(session: Session, draft: Draft) -> None:
    draft.weigh(9, 0)
    copy = copy_round(
        session,
        RoundSettings(title="Again", currency="EUR", time_zone="UTC"),
        copied_from_id=draft.round.id,
        prefix="EVF",
        actor=draft.manager,
        now=NOW,
    )
    assert weighed_rubric(session, copy.id).own == weighed_rubric(session, draft.round.id).own
    assert len(weighed_rubric(session, copy.id).own) == 1


def test_a_draft_is_deleted_with_its_weights(session: Session, draft: Draft) -> None:
    draft.weigh(9, 0)
    delete_round(session, draft.round.id, actor=draft.manager, now=NOW)
    assert session.scalars(select(FunderWeight)).all() == []


def test_the_rules_tell_of_weights_only_where_there_are_any(draft: Draft) -> None:
    before = draft.rules
    draft.weigh(9, 0)
    shares: list[dict[str, Any]] = json.loads(draft.rules)["envelopes"]
    assert shares[0].pop("weights") == {"validity": 9, "cost": 0}
    assert shares == json.loads(before)["envelopes"]
    draft.weigh()
    assert draft.rules == before


@pytest.mark.parametrize("funders", [0, 2])
def test_the_rubric_with_weights_is_one_statement(
    session: Session, draft: Draft, funders: int
) -> None:
    for funder in range(funders):
        draft.weigh(1, 2, funder=funder)
    round_id = draft.round.id
    session.expunge_all()
    with counted_statements() as counted:
        found = weighed_rubric(session, round_id)
    assert (len(counted), len(found.own)) == (1, funders)
    assert [criterion.code for criterion in found.rubric.criteria] == ["validity", "cost"]
