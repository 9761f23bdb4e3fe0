"""What a sealed document is, and what can be said of a file that claims to be one."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class SealKey:
    """The fund's key (PKCS #8, DER) and its certificate (X.509, DER)."""

    private_key: bytes
    certificate: bytes


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
