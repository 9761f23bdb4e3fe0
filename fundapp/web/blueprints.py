"""All blueprints, in one list: a page that is not listed here does not exist."""

from flask import Blueprint

from fundapp.web.account import blueprint as account
from fundapp.web.manager.audit import blueprint as audit
from fundapp.web.manager.jobs import blueprint as jobs
from fundapp.web.manager.outbox import blueprint as outbox
from fundapp.web.manager.people import blueprint as people
from fundapp.web.public.pages import blueprint as public

BLUEPRINTS: tuple[Blueprint, ...] = (
    account,
    audit,
    jobs,
    outbox,
    people,
    public,
)
