"""All blueprints, in one list: a page that is not listed here does not exist."""

from flask import Blueprint

from fundapp.web.account import blueprint as account
from fundapp.web.applicant.applications import blueprint as applications
from fundapp.web.applicant.attachments import blueprint as attachments
from fundapp.web.applicant.letters import blueprint as own_letters
from fundapp.web.applicant.organisations import blueprint as organisations
from fundapp.web.applicant.sections import blueprint as sections
from fundapp.web.manager.applications import blueprint as round_applications
from fundapp.web.manager.assignment_plans import blueprint as assignment_plans
from fundapp.web.manager.assignments import blueprint as assignments
from fundapp.web.manager.audit import blueprint as audit
from fundapp.web.manager.conflicts import blueprint as conflicts
from fundapp.web.manager.decisions import blueprint as decisions
from fundapp.web.manager.jobs import blueprint as jobs
from fundapp.web.manager.letters import blueprint as letters
from fundapp.web.manager.outbox import blueprint as outbox
from fundapp.web.manager.people import blueprint as people
from fundapp.web.manager.ranking import blueprint as ranking
from fundapp.web.manager.releases import blueprint as releases
from fundapp.web.manager.review_progress import blueprint as review_progress
from fundapp.web.manager.screening import blueprint as screening
from fundapp.web.officer.decisions import blueprint as contributions
from fundapp.web.public.announcements import blueprint as announcements
from fundapp.web.public.pages import blueprint as public
from fundapp.web.reviewer.application_reviews import blueprint as application_reviews
from fundapp.web.reviewer.conflicts import blueprint as declarations
from fundapp.web.reviewer.discussions import blueprint as discussions
from fundapp.web.reviewer.queue import blueprint as review_queue
from fundapp.web.reviewer.reviews import blueprint as reviews

BLUEPRINTS: tuple[Blueprint, ...] = (
    account,
    audit,
    jobs,
    outbox,
    people,
    applications,
    attachments,
    organisations,
    sections,
    round_applications,
    screening,
    conflicts,
    declarations,
    assignments,
    assignment_plans,
    review_queue,
    reviews,
    application_reviews,
    discussions,
    review_progress,
    ranking,
    decisions,
    contributions,
    releases,
    letters,
    own_letters,
    announcements,
    public,
)
