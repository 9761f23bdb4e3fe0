"""Tables of the fund on our own declarative base; importing this package loads them all."""

from fundapp.models.applications import (
    Answer,
    Application,
    Attachment,
    EligibilityCheck,
    SubmittedVersion,
)
from fundapp.models.base import Base
from fundapp.models.decisions import Award, Contribution, Decision, Ranking, Release, Tranche
from fundapp.models.joint import (
    AllocationPlan,
    Bid,
    ExchangeRate,
    FundingWish,
    JointEvaluation,
    Lottery,
    ReviewerProfile,
)
from fundapp.models.organisations import Funder, Investment, Office, Organisation
from fundapp.models.people import Attempt, Invitation, Membership, OneTimeLink, Person, SignIn
from fundapp.models.records import AuditEvent, DocumentOrder, IssuedDocument, Job, OutboxMessage
from fundapp.models.reviews import (
    Assignment,
    AssignmentPlan,
    Conflict,
    DiscussionNote,
    Review,
    ReviewVersion,
    Score,
)
from fundapp.models.rounds import (
    Criterion,
    Envelope,
    Extension,
    PanelSeat,
    PrizeRung,
    Question,
    Round,
    Section,
)

__all__ = [
    "AllocationPlan",
    "Answer",
    "Application",
    "Assignment",
    "AssignmentPlan",
    "Attachment",
    "Attempt",
    "AuditEvent",
    "Award",
    "Base",
    "Bid",
    "Conflict",
    "Contribution",
    "Criterion",
    "Decision",
    "DiscussionNote",
    "DocumentOrder",
    "EligibilityCheck",
    "Envelope",
    "ExchangeRate",
    "Extension",
    "Funder",
    "FundingWish",
    "Investment",
    "Invitation",
    "IssuedDocument",
    "Job",
    "JointEvaluation",
    "Lottery",
    "Membership",
    "Office",
    "OneTimeLink",
    "Organisation",
    "OutboxMessage",
    "PanelSeat",
    "Person",
    "PrizeRung",
    "Question",
    "Ranking",
    "Release",
    "Review",
    "ReviewVersion",
    "ReviewerProfile",
    "Round",
    "Score",
    "Section",
    "SignIn",
    "SubmittedVersion",
    "Tranche",
]
