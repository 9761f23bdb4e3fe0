"""The table: one rule for every action, each with the sentence for who is refused."""

from collections.abc import Callable, Mapping

from fundapp.domain.permissions.barring import hides_applicants, is_barred
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
from fundapp.domain.states import ApplicationState, RoundState

ALLOWED = Verdict(is_allowed=True)
IN_OR_AFTER_DELIBERATION = frozenset(
    {
        RoundState.DELIBERATING,
        RoundState.DECIDED,
        RoundState.ANNOUNCED,
        RoundState.CLOSED,
    }
)
NOT_ASKED = "You refused this review, or the fund took it back, so it is closed to you."
BARRED = "A conflict of interest is recorded here, so this application is closed to you."


def _refuse(reason: str) -> Verdict:
    return Verdict(is_allowed=False, reason=reason)


def _round_of(subject: Subject) -> RoundFacts:
    if isinstance(subject, RoundFacts):
        return subject
    return _application_of(subject).round


def _application_of(subject: Subject) -> ApplicationFacts:
    if isinstance(subject, ApplicationFacts):
        return subject
    if isinstance(subject, ReviewFacts | ContributionFacts | RerunFacts):
        return subject.application
    raise TypeError(f"this action needs an application, not {type(subject).__name__}")


def _speaks_in(actor: Actor, round_: RoundFacts) -> bool:
    return bool(actor.offices & round_.funder_ids)


def view_call(subject: Subject) -> Verdict:
    """Anybody may read a call once it is published, without signing in."""
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


def _publisher(actor: Actor, subject: Subject) -> Verdict:
    if actor.is_administrator or actor.is_fund_manager:
        return ALLOWED
    return _refuse("Only fund managers and administrators say who publishes open data.")


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


def _samples(actor: Actor, subject: Subject) -> Verdict:
    """What a log asked and got back is for the applicant and for those who judge it."""
    application = _application_of(subject)
    verdict = _view_application(actor, subject)
    is_judge = actor.is_fund_manager or actor.person_id in application.reviewer_ids
    if not verdict or is_judge or application.organisation_id in actor.memberships:
        return verdict
    return _refuse("Only this application's reviewers and fund managers look at samples of logs.")


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


def _bid(actor: Actor, subject: Subject) -> Verdict:
    if _round_of(subject).id in actor.seats:
        return ALLOWED
    return _refuse("Only reviewers of this round's panel bid on its applications.")


def _profile(actor: Actor, subject: Subject) -> Verdict:
    """One's own, or a manager's for somebody on a panel."""
    if actor.is_fund_manager:
        return ALLOWED
    return _signed_in(actor, subject)


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


def _judge_pairs(actor: Actor, subject: Subject) -> Verdict:
    """A reviewer of the panel, and of two entries only where both are theirs to review."""
    if _round_of(subject).id not in actor.seats:
        return _refuse("Only reviewers of this round's panel compare its entries.")
    if not isinstance(subject, ApplicationFacts):
        return ALLOWED
    if is_barred(actor, subject):
        return _refuse(BARRED)
    if actor.person_id not in subject.reviewer_ids:
        return _refuse("This application is not assigned to you.")
    return ALLOWED


def _when_judged(actor: Actor, subject: Subject) -> Verdict:
    """Nobody sees the order of pairs while judges still compare, managers neither."""
    verdict = _manager_or_officer(actor, subject)
    if verdict and _round_of(subject).state not in IN_OR_AFTER_DELIBERATION:
        return _refuse("This opens when reviewing has ended.")
    return verdict


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


def _wish(actor: Actor, subject: Subject) -> Verdict:
    """A manager for any funder, an officer for its own."""
    return _manager(actor, subject) if actor.is_fund_manager else _approve(actor, subject)


def _letter(actor: Actor, subject: Subject) -> Verdict:
    application = _application_of(subject)
    if application.organisation_id in actor.memberships:
        return ALLOWED
    if is_barred(actor, application):
        return _refuse(BARRED)
    return _manager_or_officer(actor, application)


def _own_rerun(actor: Actor, subject: Subject) -> Verdict:
    """The verifier, also with a conflict, which is a reason to decline."""
    if not isinstance(subject, RerunFacts):
        raise TypeError("this action needs a re-run")
    if subject.verifier_id != actor.person_id:
        return _refuse("This re-run is asked of somebody else.")
    return ALLOWED


def _rerun(actor: Actor, subject: Subject) -> Verdict:
    """The verifier, who must be a stranger to all who entered the round."""
    if not isinstance(subject, RerunFacts):
        raise TypeError("this action needs a re-run")
    own = _own_rerun(actor, subject)
    if not own:
        return own
    if is_barred(actor, subject.application):
        return _refuse(BARRED)
    if subject.entrant_ids & actor.memberships.keys():
        return _refuse("Your organisation entered this round, so another team runs this.")
    return ALLOWED


def _audit(actor: Actor, subject: Subject) -> Verdict:
    if actor.is_administrator or actor.is_fund_manager:
        return ALLOWED
    return _refuse("Only fund managers and administrators read the audit record.")


RULES: Mapping[Action, Callable[[Actor, Subject], Verdict]] = {
    Action.USE_ACCOUNT: _signed_in,
    Action.ADMINISTER: _administrator,
    Action.VIEW_OUTBOX: _outbox,
    Action.PUBLISH_DATA: _publisher,
    Action.RUN_ROUNDS: _manager,
    Action.VIEW_ROUND: _manager_or_officer,
    Action.VIEW_ORGANISATION: _organisation,
    Action.EDIT_ORGANISATION: _EDITING_MEMBER,
    Action.INVITE_COLLEAGUE: _member(MemberRole.OWNER),
    Action.START_APPLICATION: _EDITING_MEMBER,
    Action.VIEW_DRAFT: _ANY_MEMBER,
    Action.VIEW_APPLICATION: _view_application,
    Action.VIEW_APPLICANT: _view_applicant,
    Action.VIEW_SAMPLES: _samples,
    Action.EDIT_APPLICATION: _EDITING_MEMBER,
    Action.SUBMIT_APPLICATION: _EDITING_MEMBER,
    Action.SCREEN_APPLICATION: _manager,
    Action.DECLARE_CONFLICT: _declare_conflict,
    Action.RESOLVE_CONFLICT: _resolve_conflict,
    Action.ASSIGN_REVIEWERS: _manager,
    Action.VIEW_QUEUE: _queue,
    Action.WRITE_REVIEW: _write_review,
    Action.BID: _bid,
    Action.EDIT_REVIEWER_PROFILE: _profile,
    Action.VIEW_REVIEW: _view_review,
    Action.VIEW_REVIEWER: _view_reviewer,
    Action.DISCUSS_APPLICATION: _discuss,
    Action.JUDGE_PAIRS: _judge_pairs,
    Action.VIEW_PAIRS: _when_judged,
    Action.VIEW_MINUTES: _when_judged,
    Action.VIEW_RANKING: _after_reviewing,
    Action.DECIDE: _manager,
    Action.SPEAK_FOR_FUNDER: _officer,
    Action.APPROVE_CONTRIBUTION: _approve,
    Action.WISH_FOR_FUNDER: _wish,
    Action.RELEASE_DECISIONS: _manager,
    Action.EDIT_LETTER_TEXTS: _manager,
    Action.VIEW_LETTER: _letter,
    Action.ANSWER_AWARD: _EDITING_MEMBER,
    Action.DELIVER_RERUN: _rerun,
    Action.DECLINE_RERUN: _own_rerun,
    Action.EXPORT_DECISIONS: _after_reviewing,
    Action.VIEW_AUDIT: _audit,
}
