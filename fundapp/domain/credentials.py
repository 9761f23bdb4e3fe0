"""What signs a credential, and what can be said of one."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol


class BadgeKey(Protocol):
    """The fund's key for credentials, wherever it is kept."""

    @property
    def public_jwk(self) -> Mapping[str, str]:
        """Return the public key as a JSON Web Key (RFC 7517)."""
        ...

    @property
    def is_made_up(self) -> bool:
        """Tell whether the key was made for trying out, so that it proves nothing."""
        ...

    def sign(self, claims: Mapping[str, Any], *, key_url: str) -> str:
        """Return the claims as a compact JWS (RS256); `key_url` says where the key is published.

        The same claims give the same token.
        """
        ...

    def claims_of(self, token: str) -> Mapping[str, Any] | None:
        """Return what a token says; None where this key did not sign it."""
        ...


class BadgeVerdict(StrEnum):
    """What we say of a badge. FOREIGN: our key did not sign it, or what is in it was changed."""

    VALID = "valid"
    REVOKED = "revoked"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"
