"""A small fund with somebody in every role and something in every state.

`build_world` is run once per worker; the permission test then copies its database.
The objects are plain identifiers, so that they outlive the session that made them.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundapp.domain.lotteries import DrawTerms
from fundapp.domain.permissions import MemberRole
from fundapp.domain.states import (
    ApplicationState,
    AssignmentState,
    ContributionState,
    DecisionKind,
    DecisionState,
    DocumentKind,
    JobState,
    ReviewState,
    RoundState,
)
from fundapp.joint.lottery.draw import freeze_lottery, run_draw
from fundapp.joint.lottery.draw_record import record_as_json
from fundapp.joint.lottery.partial_lottery import Interval, plan_lottery
from fundapp.models import (
    Application,
    AssignmentPlan,
    Award,
    Conflict,
    Contribution,
    Credential,
    Decision,
    Envelope,
    Funder,
    IssuedDocument,
    Job,
    Lottery,
    Organisation,
    PanelSeat,
    Person,
    PublicVote,
    Round,
)
from fundapp.queries.draft_progress import draft_key
from fundapp.services.tokens import hash_of_token
from fundapp.web.installation import installation
from tests.builders import (
    NOW,
    a_conflict,
    a_criterion,
    a_funder,
    a_manager,
    a_member,
    a_person,
    a_question,
    a_review,
    a_round,
    a_seat,
    a_section,
    an_application,
    an_assignment,
    an_envelope,
    an_officer,
    an_organisation,
)
from tests.web.world_nominations import build_nominations
from tests.web.world_plan import a_whole_grant
from tests.web.world_reruns import build_reruns


@dataclass
class World:
    """Ids by name. `people` maps a role to a person id; the stranger has none.

    Rounds are named after their state (`rounds["reviewing"]`); `applications` holds the
    application of the main organisation in each of them, `assignments`, `reviews`,
    `decisions`, `contributions` what belongs to it.
    """

    people: dict[str, UUID] = field(default_factory=dict)
    rounds: dict[str, UUID] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    applications: dict[str, UUID] = field(default_factory=dict)
    sections: dict[str, UUID] = field(default_factory=dict)
    questions: dict[str, UUID] = field(default_factory=dict)
    criteria: dict[str, UUID] = field(default_factory=dict)
    assignments: dict[str, UUID] = field(default_factory=dict)
    reviews: dict[str, UUID] = field(default_factory=dict)
    decisions: dict[str, UUID] = field(default_factory=dict)
    contributions: dict[str, UUID] = field(default_factory=dict)
    documents: dict[str, UUID] = field(default_factory=dict)
    seats: dict[str, UUID] = field(default_factory=dict)
    plans: dict[str, UUID] = field(default_factory=dict)
    reruns: dict[str, UUID] = field(default_factory=dict)
    nominations: dict[str, UUID] = field(default_factory=dict)
    organisation: UUID = field(default=None)  # type: ignore[assignment]
    funder: UUID = field(default=None)  # type: ignore[assignment]
    conflict: UUID = field(default=None)  # type: ignore[assignment]
    allocation_plan: UUID = field(default=None)  # type: ignore[assignment]
    badge: UUID = field(default=None)  # type: ignore[assignment]


@dataclass
class _Cast:
    organisation: Organisation
    funder: Funder
    people: dict[str, Person]


ROLES = (
    "stranger",
    "owner",
    "editor",
    "viewer",
    "other applicant",
    "reviewer",
    "other reviewer",
    "barred reviewer",
    "officer",
    "barred officer",
    "foreign officer",
    "manager",
    "barred manager",
    "administrator",
)
"""Everybody a page may meet. `barred` = a confirmed conflict with the main application."""

COMPARED = frozenset({RoundState.REVIEWING, RoundState.DELIBERATING})
"""Rounds whose entries are compared pair by pair."""

SHOWN: dict[RoundState, dict[str, object]] = {
    RoundState.REVIEWING: {
        "votes_open_at": (NOW - timedelta(days=1)).isoformat(),
        "votes_close_at": (NOW + timedelta(days=9)).isoformat(),
    },
    RoundState.ANNOUNCED: {"has_gallery": True},
}
"""Rounds whose entries the public may see, by a vote that is open and by a gallery."""

VOTE_LINK = "asked-vote"
"""The token of a vote in the round under review that waits for its confirmation."""


def build_world(session: Session) -> World:
    """Make the fund; commits nothing."""
    organisation, funder = an_organisation(session), a_funder(session)
    people = _people(session, organisation, funder)
    world = World(organisation=organisation.id, funder=funder.id)
    world.people = {role: person.id for role, person in people.items()}
    cast = _Cast(organisation, funder, people)
    for state in RoundState:
        _build_round(session, world, cast, state)
    reruns = build_reruns(session, funder, people)
    world.rounds["verifying"] = reruns.pop("round")
    world.applications["provisional"] = reruns.pop("provisional")
    world.reruns = reruns
    nominating, next_prize, world.nominations = build_nominations(session, people)
    world.rounds["prize draft"] = next_prize.id
    world.rounds["nominating"] = nominating.id
    world.references["nominating"] = nominating.reference
    return world


def _people(session: Session, organisation: Organisation, funder: Funder) -> dict[str, Person]:
    elsewhere = an_organisation(session, "Avalon Assay")
    return {
        "owner": a_member(session, organisation),
        "editor": a_member(session, organisation, MemberRole.EDITOR),
        "viewer": a_member(session, organisation, MemberRole.VIEWER),
        "other applicant": a_member(session, elsewhere),
        "reviewer": a_person(session, "Rita Sample"),
        "other reviewer": a_person(session, "Otto Sample"),
        "barred reviewer": a_person(session, "Bela Sample"),
        "officer": an_officer(session, funder),
        "barred officer": an_officer(session, funder),
        "foreign officer": an_officer(session, a_funder(session, "Erewhon Trust")),
        "manager": a_manager(session),
        "barred manager": a_manager(session),
        "administrator": a_person(session, "Adam Sample", is_administrator=True),
    }


def _build_round(session: Session, world: World, cast: _Cast, state: RoundState) -> None:
    name = state.value
    round_ = a_round(
        session,
        state,
        created_by_id=cast.people["manager"].id,
        takes_bids=state is RoundState.SCREENING,
        prize_rules=SHOWN.get(state, {}) | ({"compares_pairs": True} if state in COMPARED else {}),
    )
    world.rounds[name], world.references[name] = round_.id, round_.reference
    section = a_section(session, round_)
    question = a_question(session, section)
    criterion = a_criterion(session, round_)
    an_envelope(session, round_, cast.funder)
    world.sections[name], world.questions[name] = section.id, question.id
    world.criteria[name] = criterion.id
    seats = {
        role: a_seat(session, round_, cast.funder, person_id=cast.people[role].id)
        for role in ("reviewer", "other reviewer", "barred reviewer")
    }
    world.seats[name] = seats["reviewer"].id
    if state is RoundState.DRAFT:
        return
    application = _build_application(session, cast, round_)
    application.in_gallery = state in SHOWN
    world.applications[name] = application.id
    if state is RoundState.REVIEWING:
        _build_vote(session, application)
    world.conflict = _conflict_of(session, application, cast.people["barred reviewer"])
    if state in {RoundState.OPEN, RoundState.SCREENING, RoundState.CANCELLED}:
        return
    assignment = an_assignment(session, application, seats["reviewer"])
    world.assignments[name] = assignment.id
    refused = an_assignment(session, application, seats["other reviewer"])
    a_review(session, refused, {criterion: 2}, ReviewState.DRAFT)
    refused.state = AssignmentState.REFUSED
    world.assignments[f"refused {name}"] = refused.id
    world.plans[name] = _build_plan(session, cast, application, seats["other reviewer"])
    world.plans["on its way"] = world.plans.get("on its way") or _order_plan(session, round_)
    if state is not RoundState.REVIEWING:
        world.reviews[name] = a_review(session, assignment, {criterion: 4}).id
        _build_decision(session, world, cast, application)
    if state is RoundState.DELIBERATING:
        manager = cast.people["manager"].id
        world.allocation_plan = a_whole_grant(session, application, cast.funder, made_by_id=manager)


def _build_application(session: Session, cast: _Cast, round_: Round) -> Application:
    states = {
        RoundState.OPEN: ApplicationState.DRAFT,
        RoundState.SCREENING: ApplicationState.SUBMITTED,
        RoundState.REVIEWING: ApplicationState.UNDER_REVIEW,
        RoundState.DELIBERATING: ApplicationState.UNDER_REVIEW,
        RoundState.CANCELLED: ApplicationState.SUBMITTED,
    }
    state = states.get(round_.state, ApplicationState.AWARDED)
    application = an_application(
        session, round_, cast.organisation, state, contact_id=cast.people["owner"].id
    )
    for role in ("barred reviewer", "barred officer", "barred manager"):
        a_conflict(
            session,
            application.id,
            person_id=cast.people[role].id,
            recorded_by_id=cast.people[role].id,
        )
    return application


def _build_vote(session: Session, application: Application) -> None:
    session.add(
        PublicVote(
            round_id=application.round_id,
            application_id=application.id,
            voter_hash="0" * 64,
            token_hash=hash_of_token(VOTE_LINK),
            cast_at=NOW,
        )
    )
    session.flush()


def _build_badge(session: Session, award: Award) -> UUID:
    badge = Credential(award_id=award.id, number=0, token="a.b.c", issued_at=NOW)
    session.add(badge)
    session.flush()
    return badge.id


def _conflict_of(session: Session, application: Application, person: Person) -> UUID:
    conflict = select(Conflict.id).where(
        Conflict.application_id == application.id, Conflict.person_id == person.id
    )
    return session.scalars(conflict).one()


def _build_plan(session: Session, cast: _Cast, application: Application, seat: PanelSeat) -> UUID:
    pair = {"application_id": str(application.id), "person_id": str(seat.person_id), "reason": ""}
    plan = AssignmentPlan(
        round_id=application.round_id,
        method="automatically",
        pairs=[pair],
        made_by_id=cast.people["manager"].id,
        made_at=NOW,
    )
    session.add(plan)
    session.flush()
    return plan.id


def _order_plan(session: Session, round_: Round) -> UUID:
    """Leave a plan to a worker that has not begun."""
    plan_id = uuid4()
    session.add(
        Job(
            kind="draft_assignments",
            payload={"round_id": str(round_.id)},
            once_key=draft_key(plan_id),
            state=JobState.QUEUED,
            due_at=NOW,
            queued_at=NOW,
        )
    )
    session.flush()
    return plan_id


def _build_decision(session: Session, world: World, cast: _Cast, application: Application) -> None:
    is_released = application.state is ApplicationState.AWARDED
    decision = Decision(
        round_id=application.round_id,
        application_id=application.id,
        kind=DecisionKind.AWARD,
        state=DecisionState.RELEASED if is_released else DecisionState.PENDING,
        amount=20_000_000,
        decided_by_id=cast.people["manager"].id,
        decided_at=NOW,
        released_at=NOW if is_released else None,
    )
    session.add(decision)
    session.flush()
    contribution = Contribution(
        decision_id=decision.id,
        funder_id=cast.funder.id,
        amount=20_000_000,
        state=ContributionState.APPROVED if is_released else ContributionState.PROPOSED,
    )
    session.add(contribution)
    envelope = select(Envelope).where(Envelope.round_id == application.round_id)
    session.scalars(envelope).one().committed = contribution.amount
    if is_released:
        session.add(Award(decision_id=decision.id, state="issued", issued_at=NOW))
    session.flush()
    name = next(name for name, id_ in world.rounds.items() if id_ == application.round_id)
    if name == RoundState.ANNOUNCED:
        award = select(Award).where(Award.decision_id == decision.id)
        world.badge = _build_badge(session, session.scalars(award).one())
    world.decisions[name], world.contributions[name] = decision.id, contribution.id
    if is_released:
        world.documents[name] = _build_letter(session, application)
    if application.round_id == world.rounds.get(RoundState.ANNOUNCED.value):
        session.add(_a_draw(cast, application))
        session.flush()


def _a_draw(cast: _Cast, application: Application) -> Lottery:
    """The application won a draw against one that has gone since."""
    reference = application.reference or ""
    known_on = NOW.date()
    terms = DrawTerms(
        round_reference=reference, ranking="0" * 64, known_on=known_on, currency="EUR"
    )
    intervals = [Interval(reference, 1, 3), Interval(f"{reference}-2", 2, 4)]
    frozen = freeze_lottery(plan_lottery(intervals, select=1), round_id=terms.label)
    record = run_draw(frozen, public_value="4 8 15", source="A sample value")
    return Lottery(
        round_id=application.round_id,
        places=1,
        entries=[
            {
                "application_id": str(application.id),
                "item": entry.item,
                "lower": entry.lower,
                "upper": entry.upper,
                "billionths": entry.billionths,
            }
            for entry in frozen.entries
        ],
        source="A sample value",
        commitment=frozen.commitment,
        frozen_by_id=cast.people["manager"].id,
        frozen_at=NOW,
        public_value="4 8 15",
        record={
            "round": terms.label,
            "worst_case": frozen.worst_case,
            "known_on": known_on.isoformat(),
            "draw": record_as_json(record),
        },
        drawn_by_id=cast.people["manager"].id,
        drawn_at=NOW,
    )


def _build_letter(session: Session, application: Application) -> UUID:
    sha256, size = installation().files.put(BytesIO(b"%PDF-1.7 sample"))
    letter = IssuedDocument(
        round_id=application.round_id,
        application_id=application.id,
        kind=DocumentKind.AWARD_LETTER.value,
        reference=f"{application.reference}-A1",
        version=1,
        sha256=sha256,
        size=size,
        issued_at=NOW,
    )
    session.add(letter)
    session.flush()
    return letter.id
