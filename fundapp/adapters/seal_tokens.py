"""The fund's key in a token that never lets it out: an HSM or a smart card, through PKCS #11."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, cast

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from fundapp.domain.errors import SealUnavailable

if TYPE_CHECKING:
    from pkcs11 import Session, SignMixin, Token

_ONE_AT_A_TIME = Lock()
"""Held by whoever opens or uses a token: a library is one thing in its process."""

TRIAL = b"fundapp tries the key of the seal"


@dataclass(frozen=True)
class TokenPlace:
    """Where the key is: the library of the token's maker, labels of the token and of the key."""

    module: str
    token: str
    key: str


class TokenKey:
    """A key in a token. One session in each process, and one signature at a time in it."""

    def __init__(self, place: TokenPlace, *, pin: str, certificate: bytes | None = None) -> None:
        """Try the key. Raises ValueError with a sentence that names the setting to mend.

        `certificate` (DER) is read from the token, under the key's label, where None is given.
        """
        if not place.token or not place.key:
            raise ValueError(
                "FUNDAPP_SEAL_PKCS11_MODULE needs FUNDAPP_SEAL_PKCS11_TOKEN and "
                "FUNDAPP_SEAL_PKCS11_KEY: the labels of the token and of the key in it."
            )
        self._place, self._pin = place, pin
        self._opened: tuple[int, Session, SignMixin] | None = None
        with _ONE_AT_A_TIME, _told(place):
            session, key = self._open()
            self._opened = (os.getpid(), session, key)
            self.certificate = certificate or _certificate(session, place)
        public = x509.load_der_x509_certificate(self.certificate).public_key()
        if not isinstance(public, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
            raise ValueError(f"The key {place.key!r} must be an elliptic-curve or an RSA key.")
        self._is_rsa = isinstance(public, rsa.RSAPublicKey)
        if not _fits(public, self._try()):
            raise ValueError(
                f"The key {place.key!r} and the certificate do not belong together. Name the PEM "
                "file of its certificate in FUNDAPP_SEAL_KEY_FILE."
            )

    def sign(self, data: bytes) -> bytes:
        """Return the signature on `data`; see SealKey. A session that was lost is opened anew."""
        from pkcs11 import PKCS11Error

        with _ONE_AT_A_TIME:
            try:
                return self._signed(data)
            except (PKCS11Error, ValueError):
                self._opened = None
            try:
                return self._signed(data)
            except (PKCS11Error, ValueError) as error:
                self._opened = None
                raise SealUnavailable(
                    f"The token {self._place.token!r} does not sign ({_said(error)}). Look whether "
                    "it is there; letters wait for it."
                ) from error

    def _try(self) -> bytes:
        try:
            return self.sign(TRIAL)
        except SealUnavailable as error:
            raise ValueError(str(error)) from error

    def _signed(self, data: bytes) -> bytes:
        from pkcs11 import Mechanism
        from pkcs11.util.ec import encode_ecdsa_signature

        key = self._key()
        if self._is_rsa:
            return key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS)
        # Every token signs a hash; not every one hashes first.
        digest = hashlib.sha256(data).digest()
        return encode_ecdsa_signature(key.sign(digest, mechanism=Mechanism.ECDSA))

    def _key(self) -> "SignMixin":
        if self._opened is None or self._opened[0] != os.getpid():
            self._opened = (os.getpid(), *self._open())
        return self._opened[2]

    def _open(self) -> "tuple[Session, SignMixin]":
        from pkcs11 import ObjectClass
        from pkcs11.exceptions import MultipleObjectsReturned, NoSuchKey

        place = self._place
        with _told(place):
            token = _token(place)
            session = token.open(user_pin=self._pin or None)
            try:
                key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=place.key)
            except (NoSuchKey, MultipleObjectsReturned) as error:
                session.close()
                raise ValueError(
                    f"The token {place.token!r} has not exactly one private key with the label "
                    f"{place.key!r}. Mend FUNDAPP_SEAL_PKCS11_KEY, or give the PIN in "
                    "FUNDAPP_SEAL_PASSPHRASE."
                ) from error
            return session, cast("SignMixin", key)


def _token(place: TokenPlace) -> "Token":
    import pkcs11
    from pkcs11.exceptions import MultipleTokensReturned, NoSuchToken

    library = pkcs11.lib(place.module)
    # Of what a process inherited when it was forked, and of a token that was taken out in
    # between, nothing can be used.
    library.reinitialize()
    try:
        return library.get_token(token_label=place.token)
    except (NoSuchToken, MultipleTokensReturned) as error:
        raise ValueError(
            f"There is not exactly one token with the label {place.token!r}. Mend "
            "FUNDAPP_SEAL_PKCS11_TOKEN."
        ) from error


@contextmanager
def _told(place: TokenPlace) -> Iterator[None]:
    """Turn what the library says into a sentence that names the setting."""
    try:
        from pkcs11 import PKCS11Error
        from pkcs11.exceptions import PinIncorrect, PinInvalid, PinLenRange, PinLocked
    except ImportError as error:
        raise ValueError(
            "FUNDAPP_SEAL_PKCS11_MODULE needs the package python-pkcs11, which the extra "
            '"hardware" of fundapp brings.'
        ) from error
    try:
        yield
    except (PinIncorrect, PinInvalid, PinLenRange) as error:
        raise ValueError(
            f"The token {place.token!r} refuses the PIN. Mend FUNDAPP_SEAL_PASSPHRASE before the "
            "token locks itself."
        ) from error
    except PinLocked as error:
        raise ValueError(
            f"The token {place.token!r} is locked after wrong PINs. Unlock it with the tool of its "
            "maker."
        ) from error
    except (PKCS11Error, OSError, RuntimeError) as error:
        raise ValueError(
            f"The library {place.module!r} of the token cannot be used ({_said(error)}). Mend "
            "FUNDAPP_SEAL_PKCS11_MODULE."
        ) from error


def _certificate(session: "Session", place: TokenPlace) -> bytes:
    from pkcs11 import Attribute, ObjectClass

    query = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.LABEL: place.key}
    found = [bytes(one[Attribute.VALUE]) for one in session.get_objects(query)]
    if len(found) != 1:
        raise ValueError(
            f"The token {place.token!r} has not exactly one certificate with the label "
            f"{place.key!r}. Store it there, or name its PEM file in FUNDAPP_SEAL_KEY_FILE."
        )
    return x509.load_der_x509_certificate(found[0]).public_bytes(Encoding.DER)


def _fits(public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey, signature: bytes) -> bool:
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, TRIAL, padding.PKCS1v15(), hashes.SHA256())
        else:
            public.verify(signature, TRIAL, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
