"""All blueprints, in one list: a page that is not listed here does not exist."""

from flask import Blueprint

from fundapp.web.account import blueprint as account
from fundapp.web.applicant.applications import blueprint as applications
from fundapp.web.applicant.attachments import blueprint as attachments
from fundapp.web.applicant.citations import blueprint as own_citations
from fundapp.web.applicant.gallery import blueprint as own_gallery
from fundapp.web.applicant.letters import blueprint as own_letters
from fundapp.web.applicant.organisations import blueprint as organisations
from fundapp.web.applicant.sections import blueprint as sections
from fundapp.web.evidence import blueprint as evidence
from fundapp.web.manager.allocation_plans import blueprint as allocation_plans
from fundapp.web.manager.amendments import blueprint as amendments
from fundapp.web.manager.applications import blueprint as round_applications
from fundapp.web.manager.assignment_plans import blueprint as assignment_plans
from fundapp.web.manager.assignment_proposals import blueprint as assignment_proposals
from fundapp.web.manager.assignments import blueprint as assignments
from fundapp.web.manager.audit import blueprint as audit
from fundapp.web.manager.badges import blueprint as awarded_badges
from fundapp.web.manager.cancellations import blueprint as cancellations
from fundapp.web.manager.citations import blueprint as citations
from fundapp.web.manager.column_sets import blueprint as column_sets
from fundapp.web.manager.conflicts import blueprint as conflicts
from fundapp.web.manager.decisions import blueprint as decisions
from fundapp.web.manager.exchange_rates import blueprint as exchange_rates
from fundapp.web.manager.exports import blueprint as exports
from fundapp.web.manager.extensions import blueprint as extensions
from fundapp.web.manager.funder_weights import blueprint as funder_weights
from fundapp.web.manager.funders import blueprint as funders
from fundapp.web.manager.jobs import blueprint as jobs
from fundapp.web.manager.jury_minutes import blueprint as jury_minutes
from fundapp.web.manager.letter_texts import blueprint as letter_texts
from fundapp.web.manager.letters import blueprint as letters
from fundapp.web.manager.lotteries import blueprint as lotteries
from fundapp.web.manager.nominations import blueprint as received_nominations
from fundapp.web.manager.outbox import blueprint as outbox
from fundapp.web.manager.pair_board import blueprint as pair_board
from fundapp.web.manager.panel_profiles import blueprint as panel_profiles
from fundapp.web.manager.panels import blueprint as panels
from fundapp.web.manager.people import blueprint as people
from fundapp.web.manager.prize_rules import blueprint as prize_rules
from fundapp.web.manager.publishing import blueprint as publishing
from fundapp.web.manager.ranking import blueprint as ranking
from fundapp.web.manager.releases import blueprint as releases
from fundapp.web.manager.reruns import blueprint as reruns
from fundapp.web.manager.review_progress import blueprint as review_progress
from fundapp.web.manager.round_deletions import blueprint as round_deletions
from fundapp.web.manager.round_files import blueprint as round_files
from fundapp.web.manager.round_form import blueprint as round_form
from fundapp.web.manager.round_money import blueprint as round_money
from fundapp.web.manager.rounds import blueprint as rounds
from fundapp.web.manager.rubrics import blueprint as rubrics
from fundapp.web.manager.screening import blueprint as screening
from fundapp.web.manager.signatures import blueprint as signatures
from fundapp.web.manager.votes import blueprint as counted_votes
from fundapp.web.officer.decisions import blueprint as contributions
from fundapp.web.officer.signing import blueprint as signing
from fundapp.web.officer.wishes import blueprint as funding_wishes
from fundapp.web.public.announcements import blueprint as announcements
from fundapp.web.public.awards import blueprint as announced_awards
from fundapp.web.public.badges import blueprint as badges
from fundapp.web.public.calls import blueprint as calls
from fundapp.web.public.feeds import blueprint as feeds
from fundapp.web.public.gallery import blueprint as gallery
from fundapp.web.public.lotteries import blueprint as public_lotteries
from fundapp.web.public.nominations import blueprint as nominations
from fundapp.web.public.open_data import blueprint as open_data
from fundapp.web.public.pages import blueprint as public
from fundapp.web.public.verification import blueprint as verification
from fundapp.web.public.votes import blueprint as votes
from fundapp.web.reviewer.application_reviews import blueprint as application_reviews
from fundapp.web.reviewer.bids import blueprint as bids
from fundapp.web.reviewer.conflicts import blueprint as declarations
from fundapp.web.reviewer.discussions import blueprint as discussions
from fundapp.web.reviewer.pairs import blueprint as pairs
from fundapp.web.reviewer.queue import blueprint as review_queue
from fundapp.web.reviewer.reviews import blueprint as reviews
from fundapp.web.samples import blueprint as samples
from fundapp.web.verifier.reruns import blueprint as own_reruns

BLUEPRINTS: tuple[Blueprint, ...] = (
    account,
    audit,
    jobs,
    outbox,
    people,
    applications,
    attachments,
    samples,
    evidence,
    organisations,
    sections,
    round_applications,
    screening,
    exports,
    column_sets,
    round_files,
    conflicts,
    declarations,
    assignments,
    assignment_plans,
    assignment_proposals,
    bids,
    review_queue,
    reviews,
    application_reviews,
    discussions,
    pairs,
    review_progress,
    ranking,
    pair_board,
    jury_minutes,
    lotteries,
    decisions,
    allocation_plans,
    funding_wishes,
    contributions,
    signing,
    signatures,
    reruns,
    own_reruns,
    citations,
    own_citations,
    amendments,
    releases,
    letters,
    letter_texts,
    own_letters,
    announcements,
    open_data,
    publishing,
    rounds,
    round_deletions,
    cancellations,
    round_form,
    rubrics,
    round_money,
    prize_rules,
    nominations,
    received_nominations,
    funder_weights,
    exchange_rates,
    panels,
    panel_profiles,
    extensions,
    funders,
    calls,
    public_lotteries,
    announced_awards,
    feeds,
    badges,
    awarded_badges,
    gallery,
    own_gallery,
    votes,
    counted_votes,
    verification,
    public,
)
