"""The blueprint that the account pages share."""

from flask import Blueprint

blueprint = Blueprint("account", __name__)
