"""Who may do what: the one place that answers, with its reason.

Pages, services, exports, search and counts all ask `may(actor, action, subject)`.
`Actor` says who asks, the `...Facts` records say what is asked about. Both are plain
values; `queries/access.py` fills them from the database. Every action has exactly
one rule in `RULES`; a rule gives a `Verdict` whose reason is a sentence for the
person who was refused.

Two principles stand behind the table:

- a barred person (a conflict of interest, proposed or confirmed, of their own or of
  their funder) neither sees nor decides that application, whatever their role;
- a blind round hides the applicant from reviewers and officers until it is decided.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from fundapp.domain.errors import NotAllowed, NotSignedIn
from fundapp.domain.states import ApplicationState, RoundState


class MemberRole(StrEnum):
    """What a colleague may do in an applicant organisation."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


class PeerReviews(StrEnum):
    """When a reviewer may read the other reviews of an application."""

    NEVER = "never"
    AFTER_OWN = "after_own"


@dataclass(frozen=True)
class Actor:
    """A signed-in person with every role they hold.

    memberships: organisation id -> role; seats: round id -> funder id the person
    reviews for; offices: ids of the funders the person speaks for.
    """

    person_id: UUID
    name: str
    email: str
    is_administrator: bool = False
    is_fund_manager: bool = False
    memberships: Mapping[UUID, MemberRole] = field(default_factory=dict)
    seats: Mapping[UUID, UUID] = field(default_factory=dict)
    offices: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class RoundFacts:
    """What the table needs to know of a round."""

    id: UUID
    state: RoundState
    is_blind: bool = False
    peer_reviews: PeerReviews = PeerReviews.AFTER_OWN
    funder_ids: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class ApplicationFacts:
    """What the table needs to know of an application.

    barred_people and barred_funders hold every conflict that was not dismissed;
    reviewer_ids the people with an active assignment.
    """

    id: UUID
    organisation_id: UUID
    state: ApplicationState
    round: RoundFacts
    barred_people: frozenset[UUID] = frozenset()
    barred_funders: frozenset[UUID] = frozenset()
    reviewer_ids: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class ReviewFacts:
    """A review: whose it is, and whether it and the reader's own are in.

    is_assigned: whether it is still asked of its reviewer, who did not refuse it.
    """

    reviewer_id: UUID
    application: ApplicationFacts
    is_assigned: bool = True
    is_submitted: bool = False
    is_own_submitted: bool = False


@dataclass(frozen=True)
class ContributionFacts:
    """One funder's part of one award."""

    funder_id: UUID
    application: ApplicationFacts


@dataclass(frozen=True)
class OrganisationFacts:
    """An applicant organisation."""

    id: UUID


@dataclass(frozen=True)
class PersonFacts:
    """A person, as the object of an act."""

    id: UUID


Subject = (
    RoundFacts
    | ApplicationFacts
    | ReviewFacts
    | ContributionFacts
    | OrganisationFacts
    | PersonFacts
    | None
)


@dataclass(frozen=True)
class Verdict:
    """The answer and its reason. Truthy when allowed."""

    is_allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.is_allowed


class Action(StrEnum):
    """Everything a person can ask to do."""

    VIEW_CALL = "view_call"
    USE_ACCOUNT = "use_account"
    ADMINISTER = "administer"
    VIEW_OUTBOX = "view_outbox"
    RUN_ROUNDS = "run_rounds"
    VIEW_ROUND = "view_round"
    VIEW_ORGANISATION = "view_organisation"
    EDIT_ORGANISATION = "edit_organisation"
    INVITE_COLLEAGUE = "invite_colleague"
    START_APPLICATION = "start_application"
    VIEW_DRAFT = "view_draft"
    VIEW_APPLICATION = "view_application"
    VIEW_APPLICANT = "view_applicant"
    EDIT_APPLICATION = "edit_application"
    SUBMIT_APPLICATION = "submit_application"
    SCREEN_APPLICATION = "screen_application"
    DECLARE_CONFLICT = "declare_conflict"
    RESOLVE_CONFLICT = "resolve_conflict"
    ASSIGN_REVIEWERS = "assign_reviewers"
    VIEW_QUEUE = "view_queue"
    WRITE_REVIEW = "write_review"
    VIEW_REVIEW = "view_review"
    VIEW_REVIEWER = "view_reviewer"
    DISCUSS_APPLICATION = "discuss_application"
    VIEW_RANKING = "view_ranking"
    DECIDE = "decide"
    SPEAK_FOR_FUNDER = "speak_for_funder"
    APPROVE_CONTRIBUTION = "approve_contribution"
    RELEASE_DECISIONS = "release_decisions"
    VIEW_LETTER = "view_letter"
    ANSWER_AWARD = "answer_award"
    EXPORT_DECISIONS = "export_decisions"
    VIEW_AUDIT = "view_audit"


ALLOWED = Verdict(is_allowed=True)
IN_OR_AFTER_DELIBERATION = frozenset(
    {
        RoundState.DELIBERATING,
        RoundState.DECIDED,
        RoundState.ANNOUNCED,
        RoundState.CLOSED,
    }
)
AFTER_DECISION = frozenset({RoundState.DECIDED, RoundState.ANNOUNCED, RoundState.CLOSED})
NOT_ASKED = "You refused this review, or the fund took it back, so it is closed to you."
BARRED = "A conflict of interest is recorded here, so this application is closed to you."


def may(actor: Actor | None, action: Action, subject: Subject = None) -> Verdict:
    """Answer whether `actor` (None = a stranger) may do `action` to `subject`, and why not."""
    if action is Action.VIEW_CALL:
        return _call(subject)
    if actor is None:
        return Verdict(is_allowed=False, reason="Sign in to go on.")
    return RULES[action](actor, subject)


def require(actor: Actor | None, action: Action, subject: Subject = None) -> Actor:
    """Return the actor, or raise NotSignedIn or NotAllowed with the table's reason."""
    verdict = may(actor, action, subject)
    if actor is None:
        raise NotSignedIn(verdict.reason)
    if not verdict:
        raise NotAllowed(verdict.reason)
    return actor


def is_barred(actor: Actor, application: ApplicationFacts) -> bool:
    """A conflict of the person, or of the funder they review or speak for, bars them."""
    return bars(
        actor,
        application.round.id,
        people=application.barred_people,
        funders=application.barred_funders,
    )


def bars(
    actor: Actor, round_id: UUID, *, people: Collection[UUID], funders: Collection[UUID]
) -> bool:
    """Tell whether conflicts of these people and funders in the round bar the actor."""
    if actor.person_id in people:
        return True
    if actor.is_fund_manager:
        return False
    own = actor.offices | {funder for id_, funder in actor.seats.items() if id_ == round_id}
    return not own.isdisjoint(funders)


def hides_applicants(actor: Actor, round_: RoundFacts) -> bool:
    """A blind round hides who applies from all but managers until it is decided."""
    return round_.is_blind and not actor.is_fund_manager and round_.state not in AFTER_DECISION


def _refuse(reason: str) -> Verdict:
    return Verdict(is_allowed=False, reason=reason)


def _round_of(subject: Subject) -> RoundFacts:
    if isinstance(subject, RoundFacts):
        return subject
    return _application_of(subject).round


def _application_of(subject: Subject) -> ApplicationFacts:
    if isinstance(subject, ApplicationFacts):
        return subject
    if isinstance(subject, ReviewFacts | ContributionFacts):
        return subject.application
    raise TypeError(f"this action needs an application, not {type(subject).__name__}")


def _speaks_in(actor: Actor, round_: RoundFacts) -> bool:
    return bool(actor.offices & round_.funder_ids)


def _call(subject: Subject) -> Verdict:
    if _round_of(subject).state is RoundState.DRAFT:
        return _refuse("This call is not published yet.")
    return ALLOWED


def _signed_in(actor: Actor, subject: Subject) -> Verdict:
    if isinstance(subject, PersonFacts) and subject.id != actor.person_id:
        return _refuse("This belongs to another person's account.")
    return ALLOWED


def _administrator(actor: Actor, subject: Subject) -> Verdict:
    return ALLOWED if actor.is_administrator else _refuse("Only an administrator may do this.")


def _outbox(actor: Actor, subject: Subject) -> Verdict:
    if actor.is_administrator or actor.is_fund_manager:
        return ALLOWED
    return _refuse("Only fund managers and administrators see the outbox.")


def _manager(actor: Actor, subject: Subject) -> Verdict:
    if not actor.is_fund_manager:
        return _refuse("Only a fund manager may do this.")
    if isinstance(subject, ApplicationFacts | ReviewFacts | ContributionFacts) and is_barred(
        actor, _application_of(subject)
    ):
        return _refuse(BARRED)
    return ALLOWED


def _manager_or_officer(actor: Actor, subject: Subject) -> Verdict:
    if actor.is_fund_manager or _speaks_in(actor, _round_of(subject)):
        return ALLOWED
    return _refuse("Only fund managers and officers of this round's funders may see this.")


def _after_reviewing(actor: Actor, subject: Subject) -> Verdict:
    """Officers see marks only when every review is in, so that none is swayed."""
    verdict = _manager_or_officer(actor, subject)
    if not verdict or actor.is_fund_manager:
        return verdict
    if _round_of(subject).state not in IN_OR_AFTER_DELIBERATION:
        return _refuse("The ranking opens to officers when reviewing has ended.")
    return ALLOWED


def _member(*roles: MemberRole) -> Callable[[Actor, Subject], Verdict]:
    def rule(actor: Actor, subject: Subject) -> Verdict:
        if isinstance(subject, OrganisationFacts):
            organisation_id = subject.id
        else:
            organisation_id = _application_of(subject).organisation_id
        role = actor.memberships.get(organisation_id)
        if role is None:
            return _refuse("This belongs to an organisation that you are not a member of.")
        if role not in roles:
            return _refuse("You may read this. Ask an owner of your organisation to let you edit.")
        return ALLOWED

    return rule


_ANY_MEMBER = _member(MemberRole.OWNER, MemberRole.EDITOR, MemberRole.VIEWER)
_EDITING_MEMBER = _member(MemberRole.OWNER, MemberRole.EDITOR)


def _organisation(actor: Actor, subject: Subject) -> Verdict:
    return ALLOWED if actor.is_fund_manager else _ANY_MEMBER(actor, subject)


def _reads_for_the_fund(actor: Actor, application: ApplicationFacts) -> bool:
    if application.state is ApplicationState.DRAFT:
        return False
    return (
        actor.is_fund_manager
        or actor.person_id in application.reviewer_ids
        or _speaks_in(actor, application.round)
    )


def _view_application(actor: Actor, subject: Subject) -> Verdict:
    application = _application_of(subject)
    if application.organisation_id in actor.memberships:
        return ALLOWED
    if is_barred(actor, application):
        return _refuse(BARRED)
    if _reads_for_the_fund(actor, application):
        return ALLOWED
    return _refuse("This application is not among yours.")


def _view_applicant(actor: Actor, subject: Subject) -> Verdict:
    verdict = _view_application(actor, subject)
    application = _application_of(subject)
    if (
        not verdict
        or application.organisation_id in actor.memberships
        or not hides_applicants(actor, application.round)
    ):
        return verdict
    return _refuse("This round is blind: the applicant is hidden until it is decided.")


def _declare_conflict(actor: Actor, subject: Subject) -> Verdict:
    application = _application_of(subject)
    if (
        actor.is_fund_manager
        or application.round.id in actor.seats
        or _speaks_in(actor, application.round)
    ):
        return ALLOWED
    return _refuse("Only people who take part in this round declare conflicts.")


def _resolve_conflict(actor: Actor, subject: Subject) -> Verdict:
    """Another manager must resolve a manager's own conflict."""
    return _manager(actor, subject)


def _queue(actor: Actor, subject: Subject) -> Verdict:
    return ALLOWED if actor.seats else _refuse("You sit on no panel at the moment.")


def _write_review(actor: Actor, subject: Subject) -> Verdict:
    application = _application_of(subject)
    if is_barred(actor, application):
        return _refuse(BARRED)
    if isinstance(subject, ReviewFacts) and subject.reviewer_id != actor.person_id:
        return _refuse("This review belongs to another reviewer.")
    if isinstance(subject, ReviewFacts) and not subject.is_assigned:
        return _refuse(NOT_ASKED)
    if actor.person_id not in application.reviewer_ids:
        return _refuse("This application is not assigned to you.")
    return ALLOWED


def _view_review(actor: Actor, subject: Subject) -> Verdict:
    if not isinstance(subject, ReviewFacts):
        raise TypeError("this action needs a review")
    application = subject.application
    if is_barred(actor, application):
        return _refuse(BARRED)
    if actor.is_fund_manager:
        return ALLOWED
    if subject.reviewer_id == actor.person_id:
        is_open = subject.is_submitted or subject.is_assigned
        return ALLOWED if is_open else _refuse(NOT_ASKED)
    if not subject.is_submitted:
        return _refuse("This review is not in yet.")
    if actor.person_id in application.reviewer_ids:
        return _peer_review(subject)
    return _after_reviewing(actor, subject)


def _peer_review(subject: ReviewFacts) -> Verdict:
    if subject.application.round.peer_reviews is PeerReviews.NEVER:
        return _refuse("In this round reviewers do not see each other's reviews.")
    if not subject.is_own_submitted:
        return _refuse("You see the other reviews after yours is in.")
    return ALLOWED


def _view_reviewer(actor: Actor, subject: Subject) -> Verdict:
    """Names of reviewers: managers always, others unless the round is blind."""
    verdict = _view_review(actor, subject)
    is_own = isinstance(subject, ReviewFacts) and subject.reviewer_id == actor.person_id
    if not verdict or actor.is_fund_manager or is_own or not _round_of(subject).is_blind:
        return verdict
    return _refuse("This round is blind: reviewers are shown without their names.")


def _discuss(actor: Actor, subject: Subject) -> Verdict:
    application = _application_of(subject)
    if is_barred(actor, application):
        return _refuse(BARRED)
    if actor.is_fund_manager:
        return ALLOWED
    if application.round.state is not RoundState.DELIBERATING:
        return _refuse("The discussion opens when reviewing has ended.")
    if actor.person_id in application.reviewer_ids or _speaks_in(actor, application.round):
        return ALLOWED
    return _refuse("Only this application's reviewers and the funders' officers discuss it.")


def _officer(actor: Actor, subject: Subject) -> Verdict:
    return ALLOWED if actor.offices else _refuse("Only officers of funders answer for them.")


def _approve(actor: Actor, subject: Subject) -> Verdict:
    if not isinstance(subject, ContributionFacts):
        raise TypeError("this action needs a contribution")
    if subject.funder_id not in actor.offices:
        return _refuse("Only an officer of the funder that pays may answer for it.")
    application = subject.application
    if actor.person_id in application.barred_people or (
        subject.funder_id in application.barred_funders
    ):
        return _refuse(BARRED)
    return ALLOWED


def _letter(actor: Actor, subject: Subject) -> Verdict:
    application = _application_of(subject)
    if application.organisation_id in actor.memberships:
        return ALLOWED
    if is_barred(actor, application):
        return _refuse(BARRED)
    return _manager_or_officer(actor, application)


def _audit(actor: Actor, subject: Subject) -> Verdict:
    if actor.is_administrator or actor.is_fund_manager:
        return ALLOWED
    return _refuse("Only fund managers and administrators read the audit record.")


RULES: Mapping[Action, Callable[[Actor, Subject], Verdict]] = {
    Action.USE_ACCOUNT: _signed_in,
    Action.ADMINISTER: _administrator,
    Action.VIEW_OUTBOX: _outbox,
    Action.RUN_ROUNDS: _manager,
    Action.VIEW_ROUND: _manager_or_officer,
    Action.VIEW_ORGANISATION: _organisation,
    Action.EDIT_ORGANISATION: _EDITING_MEMBER,
    Action.INVITE_COLLEAGUE: _member(MemberRole.OWNER),
    Action.START_APPLICATION: _EDITING_MEMBER,
    Action.VIEW_DRAFT: _ANY_MEMBER,
    Action.VIEW_APPLICATION: _view_application,
    Action.VIEW_APPLICANT: _view_applicant,
    Action.EDIT_APPLICATION: _EDITING_MEMBER,
    Action.SUBMIT_APPLICATION: _EDITING_MEMBER,
    Action.SCREEN_APPLICATION: _manager,
    Action.DECLARE_CONFLICT: _declare_conflict,
    Action.RESOLVE_CONFLICT: _resolve_conflict,
    Action.ASSIGN_REVIEWERS: _manager,
    Action.VIEW_QUEUE: _queue,
    Action.WRITE_REVIEW: _write_review,
    Action.VIEW_REVIEW: _view_review,
    Action.VIEW_REVIEWER: _view_reviewer,
    Action.DISCUSS_APPLICATION: _discuss,
    Action.VIEW_RANKING: _after_reviewing,
    Action.DECIDE: _manager,
    Action.SPEAK_FOR_FUNDER: _officer,
    Action.APPROVE_CONTRIBUTION: _approve,
    Action.RELEASE_DECISIONS: _manager,
    Action.VIEW_LETTER: _letter,
    Action.ANSWER_AWARD: _EDITING_MEMBER,
    Action.EXPORT_DECISIONS: _after_reviewing,
    Action.VIEW_AUDIT: _audit,
}
