"""Accounts: sign in, register, passwords, profile, own data, invitations by link."""

from fundapp.web.account import (
    expertise,
    invitations,
    links,
    own_data,
    profile,
    registration,
    sign_in,
)
from fundapp.web.account.blueprint import blueprint

__all__ = [
    "blueprint",
    "expertise",
    "invitations",
    "links",
    "own_data",
    "profile",
    "registration",
    "sign_in",
]
