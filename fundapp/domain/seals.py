"""What a sealed document is, and what can be said of a file that claims to be one."""

from enum import StrEnum
from typing import Protocol


class SealKey(Protocol):
    """The fund's key, wherever it is kept. Any thread of any process may sign with it."""

    @property
    def certificate(self) -> bytes:
        """Return the certificate of the key (X.509, DER)."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Return the signature on `data`: SHA-256, with ECDSA (DER) or RSA (PKCS #1 1.5).

        Raises SealUnavailable where the key cannot be reached.
        """
        ...


class TimeStamper(Protocol):
    """A service that says when it saw a hash (RFC 3161)."""

    def answer(self, request: bytes) -> bytes:
        """Return the service's TimeStampResp to a TimeStampReq, both in DER.

        Raises SealUnavailable where the service does not answer.
        """
        ...


class Verdict(StrEnum):
    """What we say of a file, or of the paper that a reference and a code stand on.

    GENUINE: ours, unchanged and in force. AMENDED: ours, and a newer version is in force.
    WITHDRAWN: ours, and in force no more. ALTERED: made from one of ours, and changed since.
    FOREIGN: not one of ours.
    """

    GENUINE = "genuine"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"
    ALTERED = "altered"
    FOREIGN = "foreign"
