"""The fund's key for credentials: in a file, or made for trying out. RSA, signed as RS256."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

from fundapp.domain.credentials import BadgeKey

ALGORITHM = "RS256"
"""What every verifier of Open Badges knows; its signatures are the same each time."""

BITS = 3072
SMALLEST = 2048


class _Bounds(JWSRegistry):
    """What a token may be long, in characters: the key stands in its header."""

    max_header_length = 4_000
    max_payload_length = 100_000


@dataclass(frozen=True)
class FileBadgeKey:
    """An RSA key in memory."""

    key: RSAKey
    is_made_up: bool

    @property
    def public_jwk(self) -> Mapping[str, str]:
        """Return the public key; see BadgeKey."""
        public: dict[str, Any] = dict(self.key.as_dict(private=False))
        return {**public, "kid": self.key.thumbprint(), "alg": ALGORITHM, "use": "sig"}

    def sign(self, claims: Mapping[str, Any], *, key_url: str) -> str:
        """Return the claims signed; see BadgeKey."""
        jwk = {name: self.public_jwk[name] for name in ("kty", "n", "e")}
        header: dict[str, Any] = {"alg": ALGORITHM, "typ": "JWT", "kid": key_url, "jwk": jwk}
        text = json.dumps(claims, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return jws.serialize_compact(header, text.encode(), self.key)

    def claims_of(self, token: str) -> Mapping[str, Any] | None:
        """Return what a token of this key says; see BadgeKey. Its own `jwk` is not believed."""
        try:
            bounds = _Bounds(algorithms=[ALGORITHM])
            found = jws.deserialize_compact(token, self.key, registry=bounds)
            claims = json.loads(found.payload)
        except (JoseError, ValueError):
            return None
        return claims if isinstance(claims, dict) else None


def badge_key(folder: Path, *, key_file: str) -> BadgeKey:
    """Return the key to sign credentials with.

    `key_file` is a PEM file with an RSA key. Without it a key is made under `folder` on first use
    and kept there. Raises ValueError with a sentence for a file that cannot be used.
    """
    path = Path(key_file) if key_file else folder / "badge-key.pem"
    if not key_file and not path.exists():
        _make(path)
    try:
        key = RSAKey.import_key(path.read_bytes())
        size = key.raw_value.key_size
    except (OSError, ValueError, TypeError, JoseError) as error:
        raise ValueError(
            f"The key for badges cannot be read ({error}). FUNDAPP_BADGE_KEY_FILE must name a PEM "
            "file with an RSA private key."
        ) from error
    if not key.is_private or size < SMALLEST:
        raise ValueError(f"{path.name} must hold a private RSA key of {SMALLEST} bits or more.")
    return FileBadgeKey(key, is_made_up=not key_file)


def _make(path: Path) -> None:
    """Make a key, readable by its owner only; another process may have been first."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(pem)
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
