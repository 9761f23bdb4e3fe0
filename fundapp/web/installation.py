"""What belongs to this installation: settings, clock, file store, mail, passwords."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import cast

from flask import current_app

from config import Config
from fundapp.adapters.badge_keys import badge_key
from fundapp.adapters.clock import Clock
from fundapp.adapters.files import FileStore
from fundapp.adapters.passwords import Passwords
from fundapp.adapters.seal_keys import seal_key
from fundapp.adapters.seal_tokens import TokenPlace
from fundapp.adapters.timestamps import time_stamper
from fundapp.documents.seals import Sealer
from fundapp.domain.credentials import BadgeKey
from fundapp.domain.mail import MailTransport
from fundapp.domain.seals import SealKey, TimeStamper


@dataclass(frozen=True)
class Installation:
    """Settings and adapters of one application object."""

    config: Config
    clock: Clock
    files: FileStore
    mail: MailTransport
    passwords: Passwords

    @cached_property
    def seal_key(self) -> SealKey:
        """The fund's key for sealing documents; ValueError where it cannot be read."""
        return seal_key(
            self.config.data_folder,
            key_file=self.config.seal_key_file,
            passphrase=self.config.seal_passphrase,
            fund_name=self.config.fund_name,
            token=self._token,
        )

    @cached_property
    def badge_key(self) -> BadgeKey:
        """The fund's key for badges; ValueError where it cannot be read."""
        return badge_key(self.config.data_folder, key_file=self.config.badge_key_file)

    @property
    def _token(self) -> TokenPlace | None:
        config = self.config
        if not config.seal_pkcs11_module:
            return None
        return TokenPlace(
            config.seal_pkcs11_module, token=config.seal_pkcs11_token, key=config.seal_pkcs11_key
        )

    @cached_property
    def time_stamper(self) -> TimeStamper | None:
        """The service that stamps seals, None for none; ValueError for what is no address."""
        return time_stamper(self.config.timestamp_url)

    def seal(self, pdf: bytes, reference: str) -> bytes:
        """Return the PDF with the fund's seal."""
        return self._sealer.seal(pdf, reference=reference)

    @cached_property
    def _sealer(self) -> Sealer:
        return Sealer(self.seal_key, fund_name=self.config.fund_name, stamper=self.time_stamper)


def installation() -> Installation:
    """Return the current application's installation."""
    return cast(Installation, current_app.extensions["installation"])


def now() -> datetime:
    """Return the installation's current instant (UTC)."""
    return installation().clock.now()
