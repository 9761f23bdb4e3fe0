"""Who asks, what is asked about, and what can be asked. Plain values, no rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

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
    reviews for; offices: ids of the funders the person speaks for; reruns: ids of those that the
    person agreed to run and nobody has settled.
    """

    person_id: UUID
    name: str
    email: str
    is_administrator: bool = False
    is_fund_manager: bool = False
    memberships: Mapping[UUID, MemberRole] = field(default_factory=dict)
    seats: Mapping[UUID, UUID] = field(default_factory=dict)
    offices: frozenset[UUID] = frozenset()
    reruns: frozenset[UUID] = frozenset()


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
class RerunFacts:
    """A re-run: who runs it (None = nobody yet), on what, and whose entries are in the round."""

    verifier_id: UUID | None
    application: ApplicationFacts
    entrant_ids: frozenset[UUID] = frozenset()


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
    | RerunFacts
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
    PUBLISH_DATA = "publish_data"
    RUN_ROUNDS = "run_rounds"
    VIEW_ROUND = "view_round"
    VIEW_ORGANISATION = "view_organisation"
    EDIT_ORGANISATION = "edit_organisation"
    INVITE_COLLEAGUE = "invite_colleague"
    START_APPLICATION = "start_application"
    VIEW_DRAFT = "view_draft"
    VIEW_APPLICATION = "view_application"
    VIEW_APPLICANT = "view_applicant"
    VIEW_SAMPLES = "view_samples"
    EDIT_APPLICATION = "edit_application"
    SUBMIT_APPLICATION = "submit_application"
    SCREEN_APPLICATION = "screen_application"
    DECLARE_CONFLICT = "declare_conflict"
    RESOLVE_CONFLICT = "resolve_conflict"
    ASSIGN_REVIEWERS = "assign_reviewers"
    VIEW_QUEUE = "view_queue"
    WRITE_REVIEW = "write_review"
    BID = "bid"
    EDIT_REVIEWER_PROFILE = "edit_reviewer_profile"
    VIEW_REVIEW = "view_review"
    VIEW_REVIEWER = "view_reviewer"
    DISCUSS_APPLICATION = "discuss_application"
    JUDGE_PAIRS = "judge_pairs"
    VIEW_PAIRS = "view_pairs"
    VIEW_MINUTES = "view_minutes"
    VIEW_RANKING = "view_ranking"
    DECIDE = "decide"
    SPEAK_FOR_FUNDER = "speak_for_funder"
    APPROVE_CONTRIBUTION = "approve_contribution"
    WISH_FOR_FUNDER = "wish_for_funder"
    RELEASE_DECISIONS = "release_decisions"
    EDIT_LETTER_TEXTS = "edit_letter_texts"
    VIEW_LETTER = "view_letter"
    ANSWER_AWARD = "answer_award"
    DELIVER_RERUN = "deliver_rerun"
    DECLINE_RERUN = "decline_rerun"
    EXPORT_DECISIONS = "export_decisions"
    VIEW_AUDIT = "view_audit"
