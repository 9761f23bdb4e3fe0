"""All blueprints, in one list: a page that is not listed here does not exist."""

from flask import Blueprint

from fundapp.web.account import blueprint as account
from fundapp.web.applicant.applications import blueprint as applications
from fundapp.web.applicant.attachments import blueprint as attachments
from fundapp.web.applicant.organisations import blueprint as organisations
from fundapp.web.applicant.sections import blueprint as sections
from fundapp.web.manager.applications import blueprint as round_applications
from fundapp.web.manager.assignment_plans import blueprint as assignment_plans
from fundapp.web.manager.assignments import blueprint as assignments
from fundapp.web.manager.audit import blueprint as audit
from fundapp.web.manager.conflicts import blueprint as conflicts
from fundapp.web.manager.jobs import blueprint as jobs
from fundapp.web.manager.outbox import blueprint as outbox
from fundapp.web.manager.people import blueprint as people
from fundapp.web.manager.screening import blueprint as screening
from fundapp.web.public.pages import blueprint as public
from fundapp.web.reviewer.conflicts import blueprint as declarations

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
    public,
)
