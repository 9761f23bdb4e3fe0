"""All blueprints, in one list: a page that is not listed here does not exist."""

from flask import Blueprint

from fundapp.web.public.pages import blueprint as public

BLUEPRINTS: tuple[Blueprint, ...] = (public,)
