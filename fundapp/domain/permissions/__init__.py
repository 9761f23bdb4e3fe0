"""Who may do what: the one place that answers, with its reason.

Pages, services, exports, search and counts all ask `may(actor, action, subject)`.
`Actor` says who asks, the `...Facts` records say what is asked about. Both are plain
values (`facts`); `queries/access.py` fills them from the database. Every action has exactly
one rule in `RULES` (`rules`); a rule gives a `Verdict` whose reason is a sentence for the
person who was refused.

Two principles stand behind the table (`barring`):

- a barred person (a conflict of interest, proposed or confirmed, of their own or of
  their funder) neither sees nor decides that application, whatever their role;
- a blind round hides the applicant from reviewers and officers until it is decided.
"""

from fundapp.domain.errors import NotAllowed, NotSignedIn
from fundapp.domain.permissions.barring import bars, hides_applicants
from fundapp.domain.permissions.facts import (
    Action,
    Actor,
    ApplicationFacts,
    ContributionFacts,
    MemberRole,
    OrganisationFacts,
    PeerReviews,
    PersonFacts,
    RerunFacts,
    ReviewFacts,
    RoundFacts,
    Subject,
    Verdict,
)
from fundapp.domain.permissions.rules import IN_OR_AFTER_DELIBERATION, RULES, view_call

__all__ = [
    "IN_OR_AFTER_DELIBERATION",
    "Action",
    "Actor",
    "ApplicationFacts",
    "ContributionFacts",
    "MemberRole",
    "OrganisationFacts",
    "PeerReviews",
    "PersonFacts",
    "RerunFacts",
    "ReviewFacts",
    "RoundFacts",
    "Subject",
    "Verdict",
    "bars",
    "hides_applicants",
    "may",
    "require",
]


def may(actor: Actor | None, action: Action, subject: Subject = None) -> Verdict:
    """Answer whether `actor` (None = a stranger) may do `action` to `subject`, and why not."""
    if action is Action.VIEW_CALL:
        return view_call(subject)
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
