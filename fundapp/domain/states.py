"""States and their transitions, as data.

Each table maps a state to the states that may follow it. `advance` is the only way
to move: it refuses anything the table does not name.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from fundapp.domain.errors import WrongState


class RoundKind(StrEnum):
    """What a round gives."""

    GRANT = "grant"
    PRIZE = "prize"


class RoundState(StrEnum):
    """Where a round stands. cancelled = the open call was taken back, and why is public."""

    DRAFT = "draft"
    OPEN = "open"
    SCREENING = "screening"
    REVIEWING = "reviewing"
    DELIBERATING = "deliberating"
    DECIDED = "decided"
    ANNOUNCED = "announced"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ApplicationState(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    INELIGIBLE = "ineligible"
    UNDER_REVIEW = "under_review"
    AWARDED = "awarded"
    DECLINED = "declined"
    RESERVED = "reserved"
    WITHDRAWN = "withdrawn"


class AssignmentState(StrEnum):
    """What came of asking a reviewer. withdrawn = the fund took the request back."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CONFLICTED = "conflicted"
    WITHDRAWN = "withdrawn"
    DONE = "done"


class ReviewState(StrEnum):
    """Where a review stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REVISED = "revised"


class DecisionKind(StrEnum):
    """What the funders resolve on an application."""

    AWARD = "award"
    DECLINE = "decline"
    RESERVE = "reserve"


class DecisionState(StrEnum):
    """Whether a decision has been told."""

    PENDING = "pending"
    RELEASED = "released"


class ContributionState(StrEnum):
    """One funder's word on its part of an award."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


class AwardState(StrEnum):
    """Where an award stands after its decision was released.

    lapsed = nobody answered by its day. withdrawn = the fund took it back.
    """

    ISSUED = "issued"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class DocumentKind(StrEnum):
    """What the fund prints."""

    AWARD_LETTER = "award_letter"
    DECLINE_LETTER = "decline_letter"
    RESERVE_LETTER = "reserve_letter"
    WITHDRAWAL_LETTER = "withdrawal_letter"
    ANNOUNCEMENT = "announcement"
    SUBMISSION_COPY = "submission_copy"
    CERTIFICATE = "certificate"


class OrderState(StrEnum):
    """What came of a document that was ordered from the worker.

    unsigned = it waits for the officers' signatures. superseded = a newer version was ordered
    before this one was signed.
    """

    UNSIGNED = "unsigned"
    QUEUED = "queued"
    ISSUED = "issued"
    FAILED = "failed"
    SUPERSEDED = "superseded"


class JobState(StrEnum):
    """Where a background job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class MailState(StrEnum):
    """Where a message of the outbox stands.

    `unknown` = the connection broke after the text was handed over: it may have
    arrived, so only a person may send it again.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"


class InvitationState(StrEnum):
    """What came of an invitation."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class NominationState(StrEnum):
    """What came of a nomination. asked = its maker has the link."""

    RECEIVED = "received"
    ASKED = "asked"
    CONSENTED = "consented"
    REFUSED = "refused"
    DISMISSED = "dismissed"


class PairVerdict(StrEnum):
    """Which of two entries a judge puts first."""

    LEFT = "left"
    RIGHT = "right"
    EQUAL = "equal"


class RerunState(StrEnum):
    """What came of running a provisional winner's evaluation again.

    delivered = the log is in and compared, a person settles it. waived = settled without a log,
    with a reason. withdrawn = taken back before anything came of it.
    """

    ASKED = "asked"
    DELIVERED = "delivered"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"


class ConflictState(StrEnum):
    """A conflict found in the data is proposed until a person confirms or dismisses it."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class ConflictSource(StrEnum):
    """How a conflict of interest came to be known."""

    DECLARED = "declared"
    SAME_ORGANISATION = "same_organisation"
    SAME_MAIL_DOMAIN = "same_mail_domain"
    FUNDER_INVESTED = "funder_invested"
    NAMED_TEAM_MEMBER = "named_team_member"


State = TypeVar("State", bound=StrEnum)

ROUND_TRANSITIONS: Mapping[RoundState, frozenset[RoundState]] = {
    RoundState.DRAFT: frozenset({RoundState.OPEN}),
    RoundState.OPEN: frozenset({RoundState.SCREENING, RoundState.CANCELLED}),
    RoundState.SCREENING: frozenset({RoundState.REVIEWING}),
    RoundState.REVIEWING: frozenset({RoundState.DELIBERATING}),
    RoundState.DELIBERATING: frozenset({RoundState.REVIEWING, RoundState.DECIDED}),
    RoundState.DECIDED: frozenset({RoundState.ANNOUNCED}),
    RoundState.ANNOUNCED: frozenset({RoundState.CLOSED}),
    RoundState.CLOSED: frozenset(),
    RoundState.CANCELLED: frozenset(),
}

APPLICATION_TRANSITIONS: Mapping[ApplicationState, frozenset[ApplicationState]] = {
    ApplicationState.DRAFT: frozenset({ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN}),
    ApplicationState.SUBMITTED: frozenset(
        {
            ApplicationState.INELIGIBLE,
            ApplicationState.UNDER_REVIEW,
            ApplicationState.WITHDRAWN,
        }
    ),
    ApplicationState.INELIGIBLE: frozenset(
        {ApplicationState.UNDER_REVIEW, ApplicationState.WITHDRAWN}
    ),
    ApplicationState.UNDER_REVIEW: frozenset(
        {
            ApplicationState.INELIGIBLE,
            ApplicationState.AWARDED,
            ApplicationState.DECLINED,
            ApplicationState.RESERVED,
            ApplicationState.WITHDRAWN,
        }
    ),
    ApplicationState.RESERVED: frozenset({ApplicationState.AWARDED, ApplicationState.DECLINED}),
    ApplicationState.AWARDED: frozenset(),
    ApplicationState.DECLINED: frozenset(),
    ApplicationState.WITHDRAWN: frozenset(),
}

ASSIGNMENT_TRANSITIONS: Mapping[AssignmentState, frozenset[AssignmentState]] = {
    AssignmentState.OFFERED: frozenset(
        {
            AssignmentState.ACCEPTED,
            AssignmentState.REFUSED,
            AssignmentState.CONFLICTED,
            AssignmentState.WITHDRAWN,
        }
    ),
    AssignmentState.ACCEPTED: frozenset(
        {
            AssignmentState.DONE,
            AssignmentState.REFUSED,
            AssignmentState.CONFLICTED,
            AssignmentState.WITHDRAWN,
        }
    ),
    AssignmentState.DONE: frozenset({AssignmentState.CONFLICTED}),
    AssignmentState.REFUSED: frozenset(),
    AssignmentState.CONFLICTED: frozenset(),
    AssignmentState.WITHDRAWN: frozenset(),
}

REVIEW_TRANSITIONS: Mapping[ReviewState, frozenset[ReviewState]] = {
    ReviewState.DRAFT: frozenset({ReviewState.SUBMITTED}),
    ReviewState.SUBMITTED: frozenset({ReviewState.REVISED}),
    ReviewState.REVISED: frozenset({ReviewState.REVISED}),
}

NOMINATION_TRANSITIONS: Mapping[NominationState, frozenset[NominationState]] = {
    NominationState.RECEIVED: frozenset({NominationState.ASKED, NominationState.DISMISSED}),
    NominationState.ASKED: frozenset(
        {NominationState.CONSENTED, NominationState.REFUSED, NominationState.DISMISSED}
    ),
    NominationState.CONSENTED: frozenset(),
    NominationState.REFUSED: frozenset(),
    NominationState.DISMISSED: frozenset(),
}

RERUN_TRANSITIONS: Mapping[RerunState, frozenset[RerunState]] = {
    RerunState.ASKED: frozenset(
        {RerunState.DELIVERED, RerunState.FAILED, RerunState.WAIVED, RerunState.WITHDRAWN}
    ),
    RerunState.DELIVERED: frozenset(
        {
            RerunState.DELIVERED,
            RerunState.CONFIRMED,
            RerunState.FAILED,
            RerunState.WAIVED,
            RerunState.WITHDRAWN,
        }
    ),
    RerunState.CONFIRMED: frozenset(),
    RerunState.FAILED: frozenset(),
    RerunState.WAIVED: frozenset(),
    RerunState.WITHDRAWN: frozenset(),
}

ACTIVE_ASSIGNMENT_STATES = frozenset(
    {AssignmentState.OFFERED, AssignmentState.ACCEPTED, AssignmentState.DONE}
)
"""Assignments that count towards a reviewer's load and an application's reviews."""

OPEN_ASSIGNMENT_STATES = frozenset({AssignmentState.OFFERED, AssignmentState.ACCEPTED})
"""Assignments whose review is still to come."""

DECIDABLE_APPLICATION_STATES = frozenset({ApplicationState.UNDER_REVIEW, ApplicationState.RESERVED})
"""Applications on which the funders may still resolve."""


def may_advance(table: Mapping[State, frozenset[State]], current: State, target: State) -> bool:
    """Tell whether `table` lets `current` become `target`."""
    return target in table[current]


def advance(
    table: Mapping[State, frozenset[State]], current: State, target: State, *, what: str
) -> State:
    """Return `target` if the table allows the step; raise WrongState naming `what` if not."""
    if not may_advance(table, current, target):
        now, wanted = (state.value.replace("_", " ") for state in (current, target))
        raise WrongState(f"{what} is {now} and cannot become {wanted}. Reload the page.")
    return target
