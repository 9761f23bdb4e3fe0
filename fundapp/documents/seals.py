"""The fund's seal on a document: a digital signature (PAdES) that tells any change since.

A seal certifies the whole file and allows no change after it. Keys are a P-256 pair (or RSA) with
a certificate; whoever has the certificate can check a file without this system.
"""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

from fundapp.documents.seal_shapes import stamp_in
from fundapp.domain.errors import FundError, SealUnavailable
from fundapp.domain.seals import SealKey, TimeStamper

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate
    from pyhanko_certvalidator import ValidationContext

Done = TypeVar("Done")

FIELD = "Seal"
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_END = re.compile(rb"%%EOF\r?\n?")


class Finding(StrEnum):
    """What the bytes of a file say by themselves. SEALED: ours, and nothing was changed."""

    SEALED = "sealed"
    ALTERED = "altered"
    FOREIGN = "foreign"


class NoDocument(FundError):
    """The file is no PDF."""


class Sealer:
    """Seals documents with one key and, where there is a service for it, a time stamp."""

    def __init__(self, key: SealKey, *, fund_name: str, stamper: TimeStamper | None = None) -> None:
        """Take the key. Raises ValueError for a certificate that is none."""
        from fundapp.documents.sealing_parts import AskedTimeStamper, KeySigner

        self._fund_name = fund_name
        self._certificate = key.certificate
        self._signer = KeySigner(key)
        self._stamper = AskedTimeStamper(stamper) if stamper else None

    def seal(self, pdf: bytes, *, reference: str) -> bytes:
        """Return `pdf` with the seal appended; what was there before stays as it is.

        Never without the time stamp that is asked for: SealUnavailable where there is none.
        """
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
        from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf

        meta = PdfSignatureMetadata(
            field_name=FIELD,
            name=self._fund_name,
            reason=f"Issued as {reference}",
            md_algorithm="sha256",
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            subfilter=SigSeedSubFilter.PADES,
        )

        def sign() -> bytes:
            writer = IncrementalPdfFileWriter(BytesIO(pdf))
            sealed: BytesIO = sign_pdf(
                writer, meta, signer=self._signer, timestamper=self._stamper, output=BytesIO()
            )
            return sealed.getvalue()

        sealed = _in_own_thread(sign)
        if self._stamper and finding_on(sealed, self._certificate) is not Finding.SEALED:
            raise SealUnavailable("The time stamp does not fit what was asked. Letters wait.")
        return sealed


def certificate_of(der: bytes) -> "Certificate":
    """Return a certificate read from DER. Raises ValueError."""
    from asn1crypto.x509 import Certificate

    certificate: Certificate = Certificate.load(der, strict=True)
    return certificate


def finding_on(pdf: bytes, certificate: bytes) -> Finding:
    """Return what the seal says of a file, given the fund's certificate (DER).

    SEALED needs a whole, valid seal by this certificate over the whole file. A file that only
    carries traces of it was altered. Raises NoDocument for what is no PDF at all.
    """
    is_ours = certificate.hex().encode() in pdf.lower()
    if not is_ours and b"%PDF-" not in pdf[:1024]:
        raise NoDocument("This is not a PDF. Choose the file of the letter or announcement.")
    if is_ours and _is_sealed(pdf, certificate):
        return Finding.SEALED
    return Finding.ALTERED if is_ours else Finding.FOREIGN


def earlier_states(pdf: bytes) -> list[bytes]:
    """Return what a file was before each addition to it, the latest first.

    A PDF grows by additions that each end in a mark of their own. At most 20 are looked at.
    """
    ends = [found.end() for found in _END.finditer(pdf)]
    return [pdf[:end] for end in reversed(ends[-21:]) if end < len(pdf)]


def _is_sealed(pdf: bytes, certificate: bytes) -> bool:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko_certvalidator import ValidationContext

    if not _covers_all(pdf):
        return False
    ours = certificate_of(certificate)
    # The certificate is known itself, so a seal does not break on the day that it runs out.
    context = ValidationContext(
        trust_roots=[ours], moment=ours.not_valid_before, allow_fetching=False
    )

    def validate() -> bool:
        (seal,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
        status: Any = validate_pdf_signature(
            seal,
            signer_validation_context=context,
            ts_validation_context=_stamp_context(seal),
            key_usage_settings=KeyUsageConstraints(key_usage={"digital_signature"}),
        )
        return bool(status.bottom_line and seal.signer_cert.dump() == certificate)

    try:
        return _in_own_thread(validate)
    except Exception:  # noqa: BLE001 - what makes the reader stumble is no whole seal
        return False


def _stamp_context(seal: Any) -> "ValidationContext | None":
    """Return what a time stamp is checked against: the service's own certificate in it.

    Whom a reader trusts to tell the time is theirs to say. Here it only counts that the stamp is
    whole and of this seal.
    """
    from pyhanko_certvalidator import ValidationContext

    stamp = stamp_in(seal)
    if stamp is None:
        return None
    certificates = [one.chosen for one in stamp["certificates"]]
    moment = max(one.not_valid_before for one in certificates)
    return ValidationContext(trust_roots=certificates, moment=moment, allow_fetching=False)


def _in_own_thread(act: Callable[[], Done]) -> Done:
    """Run what starts an event loop of its own, which a thread with a running one refuses."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(act).result()


def _covers_all(pdf: bytes) -> bool:
    """Tell whether the last signature covers the whole file but its own place.

    That place holds hexadecimal digits between angle brackets, as we write them; after the
    signature only zeros, because what stands there is covered by nothing.
    """
    found = list(_BYTE_RANGE.finditer(pdf))
    if not found:
        return False
    start, before, after, rest = (int(text) for text in found[-1].groups())
    if start != 0 or after + rest != len(pdf) or not before < after:
        return False
    place = pdf[before:after]
    digits = place[1:-1]
    if place[:1] != b"<" or place[-1:] != b">" or re.fullmatch(rb"[0-9A-F]+", digits) is None:
        return False
    return not bytes.fromhex(digits.decode())[_length_of_der(digits) :].strip(b"\0")


def _length_of_der(digits: bytes) -> int:
    """Return how many bytes the one DER value takes that these digits begin with."""
    head = bytes.fromhex(digits[:16].decode())
    if head[1] < 0x80:
        return 2 + head[1]
    size = head[1] & 0x7F
    return 2 + size + int.from_bytes(head[2 : 2 + size], "big")
