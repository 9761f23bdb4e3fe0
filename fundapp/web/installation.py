"""What belongs to this installation: settings, clock, file store, mail, passwords."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app

from config import Config
from fundapp.adapters.clock import Clock
from fundapp.adapters.files import FileStore
from fundapp.adapters.passwords import Passwords
from fundapp.domain.mail import MailTransport


@dataclass(frozen=True)
class Installation:
    """Settings and adapters of one application object."""

    config: Config
    clock: Clock
    files: FileStore
    mail: MailTransport
    passwords: Passwords


def installation() -> Installation:
    """Return the current application's installation."""
    return cast(Installation, current_app.extensions["installation"])


def now() -> datetime:
    """Return the installation's current instant (UTC)."""
    return installation().clock.now()
