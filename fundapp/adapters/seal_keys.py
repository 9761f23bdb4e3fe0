"""The fund's key for sealing documents: in a file, in a token, or made for trying out."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from fundapp.adapters.seal_tokens import TokenKey, TokenPlace
from fundapp.domain.seals import SealKey

MADE_UP = "Demo key: proves nothing"
"""What the certificate of a made-up key says of itself, as its organisation."""

YEARS = 10


@dataclass(frozen=True)
class FileKey:
    """A key in memory (PKCS #8, DER) with its certificate (X.509, DER)."""

    private_key: bytes
    certificate: bytes

    def sign(self, data: bytes) -> bytes:
        """Return the signature on `data`; see SealKey."""
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))

    @cached_property
    def _key(self) -> ec.EllipticCurvePrivateKey | RSAPrivateKey:
        # Checking an RSA key takes most of the time of a signature, so it is loaded once.
        key = load_der_private_key(self.private_key, None)
        return cast("ec.EllipticCurvePrivateKey | RSAPrivateKey", key)


def seal_key(
    folder: Path,
    *,
    key_file: str,
    passphrase: str,
    fund_name: str,
    token: TokenPlace | None = None,
) -> SealKey:
    """Return the key to seal with.

    With `token` the key is there, `passphrase` is its PIN, and `key_file` may name a PEM file with
    the certificate, which is else read from the token. Without, `key_file` is a PEM file with the
    private key and its certificate (the passphrase may guard the key). Without either a key is
    made under `folder` on first use and kept there, and says of itself that it proves nothing.
    Raises ValueError with a sentence for settings that cannot be used.
    """
    if token is not None:
        certificate = _certificate_in(Path(key_file)) if key_file else None
        return TokenKey(token, pin=passphrase, certificate=certificate)
    path = Path(key_file) if key_file else folder / "seal-key.pem"
    if not key_file and not path.exists():
        _make(path, fund_name=fund_name)
    return _read(path, passphrase=passphrase)


def _certificate_in(path: Path) -> bytes:
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ValueError(
            f"The certificate of the key in the token cannot be read ({error}). With "
            "FUNDAPP_SEAL_PKCS11_MODULE, FUNDAPP_SEAL_KEY_FILE must name a PEM file with the "
            "certificate, or be empty where the token has it."
        ) from error
    return certificate.public_bytes(Encoding.DER)


def _read(path: Path, *, passphrase: str) -> FileKey:
    try:
        pem = path.read_bytes()
        key = load_pem_private_key(pem, passphrase.encode() or None)
        certificate = x509.load_pem_x509_certificate(pem)
    except (OSError, ValueError, TypeError) as error:
        raise ValueError(
            f"The key for sealing documents cannot be read ({error}). FUNDAPP_SEAL_KEY_FILE must "
            "name a PEM file with a private key and its certificate, FUNDAPP_SEAL_PASSPHRASE its "
            "passphrase."
        ) from error
    if key.public_key() != certificate.public_key():
        raise ValueError(f"The key and the certificate in {path.name} do not belong together.")
    if not isinstance(key, ec.EllipticCurvePrivateKey | RSAPrivateKey):
        raise ValueError(f"The key in {path.name} must be an elliptic-curve or an RSA key.")
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return FileKey(private_key=der, certificate=certificate.public_bytes(Encoding.DER))


def _make(path: Path, *, fund_name: str) -> None:
    """Make a key, readable by its owner only; another process may have been first."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, MADE_UP),
            x509.NameAttribute(NameOID.COMMON_NAME, fund_name[:64]),
        ]
    )
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_SEALING, critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(pem + certificate.public_bytes(Encoding.PEM))
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


_SEALING = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
