"""What the signing library gets from us: our keys and our service of time stamps.

Imported where something is sealed, as it loads the library.
"""

from asn1crypto.cms import ContentInfo
from asn1crypto.tsp import TimeStampReq, TimeStampResp
from asn1crypto.x509 import Certificate
from pyhanko.sign.signers import Signer
from pyhanko.sign.timestamps import TimeStamper as StampingPart
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from fundapp.domain.errors import SealUnavailable
from fundapp.domain.seals import SealKey, TimeStamper

_EC_FRAME = 9
"""Bytes that DER puts around the two numbers of an ECDSA signature, at most."""


class KeySigner(Signer):
    """Signs with a key of ours, wherever it is."""

    def __init__(self, key: SealKey) -> None:
        super().__init__(
            signing_cert=Certificate.load(key.certificate, strict=True),
            cert_registry=SimpleCertificateStore(),
        )
        self._key = key
        public = Certificate.load(key.certificate).public_key
        size = public.byte_size
        self._size = size if public.algorithm == "rsa" else 2 * size + _EC_FRAME

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """Return the signature; for a dry run as many bytes as one has at most."""
        if digest_algorithm != "sha256":
            raise ValueError(f"Seals are made with SHA-256, not with {digest_algorithm}.")
        return bytes(self._size) if dry_run else self._key.sign(data)


class AskedTimeStamper(StampingPart):
    """Asks our service, and looks whether the answer is to the question."""

    def __init__(self, service: TimeStamper) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._service = service

    async def async_request_tsa_response(self, req: TimeStampReq) -> TimeStampResp:
        """Return the answer to `req`. Raises SealUnavailable."""
        answer = self._service.answer(req.dump())
        try:
            response: TimeStampResp = TimeStampResp.load(answer, strict=True)
        except (ValueError, TypeError) as error:
            raise SealUnavailable("The time-stamp service answers with something else.") from error
        return response

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> ContentInfo:
        """Return the stamp on a hash. Raises SealUnavailable where the service refuses."""
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except (TimestampRequestError, ValueError, TypeError) as error:
            raise SealUnavailable(
                f"The time-stamp service refuses ({error}). Letters wait for it."
            ) from error
