"""A key in a token, with SoftHSM: a real PKCS #11 library whose token is a folder."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from fundapp.adapters.seal_keys import FileKey, seal_key
from fundapp.adapters.seal_tokens import TokenKey, TokenPlace
from fundapp.documents.printing import pdf_of
from fundapp.documents.renderer import Renderer
from fundapp.documents.seals import Finding, Sealer, finding_on
from fundapp.domain.errors import SealUnavailable
from tests.documents.letter_rows import an_award_letter

LIBRARIES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
MODULE = next((path for path in LIBRARIES if Path(path).exists()), "")
PIN, OFFICER_PIN = "4711", "123456"

pytestmark = pytest.mark.skipif(
    not MODULE or shutil.which("softhsm2-util") is None,
    reason="No SoftHSM here. Install softhsm2 to test keys in hardware.",
)


@dataclass
class FundToken:
    """A token with the key "fund", and the key's file key and PEM certificate."""

    folder: Path
    key: FileKey
    certificate_file: Path

    def place(self, **changes: str) -> TokenPlace:
        values = {"module": MODULE, "token": "Fund", "key": "fund"} | changes
        return TokenPlace(**values)

    def opened(self, pin: str = PIN, **changes: str) -> TokenKey:
        return TokenKey(self.place(**changes), pin=pin, certificate=self.key.certificate)


def util(*arguments: str) -> None:
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def token(tmp_path_factory) -> Iterator[FundToken]:
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    key = seal_key(folder, key_file="", passphrase="", fund_name="Common Measure Fund")
    assert isinstance(key, FileKey)
    pem = (folder / "seal-key.pem").read_bytes()
    plain = load_pem_private_key(pem, None).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    (folder / "key.pem").write_bytes(plain)
    certificate_file = folder / "certificate.pem"
    certificate_file.write_bytes(pem[pem.index(b"-----BEGIN CERTIFICATE") :])
    util("--init-token", "--free", "--label", "Fund", "--pin", PIN, "--so-pin", OFFICER_PIN)
    util(
        *("--import", str(folder / "key.pem"), "--token", "Fund", "--label", "fund"),
        *("--id", "01", "--pin", PIN),
    )
    yield FundToken(folder, key, certificate_file)
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


def test_a_document_sealed_in_the_token_is_ours(token):
    key = seal_key(
        token.folder,
        key_file=str(token.certificate_file),
        passphrase=PIN,
        fund_name="",
        token=token.place(),
    )
    pdf = pdf_of(Renderer(), an_award_letter())
    sealed = Sealer(key, fund_name="Common Measure Fund").seal(pdf, reference="EVF-2026-014-A1")
    assert finding_on(sealed, token.key.certificate) is Finding.SEALED


def test_the_certificate_may_be_in_the_token(token):
    with pytest.raises(ValueError, match=r"has not exactly one certificate.*FUNDAPP_SEAL_KEY_FILE"):
        TokenKey(token.place(), pin=PIN)
    session = pkcs11.lib(MODULE).get_token(token_label="Fund").open(rw=True)
    session.create_object(
        {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
            pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
            pkcs11.Attribute.TOKEN: True,
            pkcs11.Attribute.LABEL: "fund",
            pkcs11.Attribute.SUBJECT: x509.load_der_x509_certificate(
                token.key.certificate
            ).subject.public_bytes(),
            pkcs11.Attribute.VALUE: token.key.certificate,
        }
    )
    session.close()
    assert TokenKey(token.place(), pin=PIN).certificate == token.key.certificate


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"module": "/nowhere/libtoken.so"}, "FUNDAPP_SEAL_PKCS11_MODULE"),
        ({"module": __file__}, "FUNDAPP_SEAL_PKCS11_MODULE"),
        ({"token": "Vault"}, "FUNDAPP_SEAL_PKCS11_TOKEN"),
        ({"token": ""}, "FUNDAPP_SEAL_PKCS11_TOKEN"),
        ({"key": "fond"}, "FUNDAPP_SEAL_PKCS11_KEY"),
        ({"key": ""}, "FUNDAPP_SEAL_PKCS11_KEY"),
        ({"pin": "0000"}, "FUNDAPP_SEAL_PASSPHRASE"),
        ({"pin": ""}, "FUNDAPP_SEAL_PASSPHRASE"),
    ],
)
def test_each_wrong_setting_is_named(token, changes, setting):
    with pytest.raises(ValueError, match=setting):
        token.opened(**changes)


def test_a_certificate_of_another_key_is_refused(token, tmp_path):
    other = seal_key(tmp_path, key_file="", passphrase="", fund_name="Another Fund")
    with pytest.raises(ValueError, match="do not belong together"):
        TokenKey(token.place(), pin=PIN, certificate=other.certificate)


def test_a_file_without_a_certificate_is_refused(token):
    with pytest.raises(ValueError, match="FUNDAPP_SEAL_KEY_FILE must name a PEM file"):
        seal_key(
            token.folder,
            key_file=str(token.folder / "key.pem"),
            passphrase=PIN,
            fund_name="",
            token=token.place(),
        )


def test_a_forked_process_signs_too(token):
    key = token.opened()
    key.sign(b"before the fork")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, key.sign(b"after the fork"))
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    signature = os.read(reading, 1000)
    os.close(reading)
    public = x509.load_der_x509_certificate(key.certificate).public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    _verify(public, signature, b"after the fork")
    _verify(public, key.sign(b"and the parent"), b"and the parent")


def _verify(public: ec.EllipticCurvePublicKey, signature: bytes, data: bytes) -> None:
    public.verify(signature, data, ec.ECDSA(hashes.SHA256()))


def test_an_rsa_key_signs_as_well(token, tmp_path):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "RSA Fund")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
        .add_extension(
            x509.KeyUsage(True, True, *[False] * 7),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "rsa.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    util("--init-token", "--free", "--label", "RSA", "--pin", PIN, "--so-pin", OFFICER_PIN)
    util(
        *("--import", str(tmp_path / "rsa.pem"), "--token", "RSA", "--label", "rsa"),
        *("--id", "02", "--pin", PIN),
    )
    der = certificate.public_bytes(Encoding.DER)
    opened = TokenKey(token.place(token="RSA", key="rsa"), pin=PIN, certificate=der)
    pdf = pdf_of(Renderer(), an_award_letter())
    sealed = Sealer(opened, fund_name="RSA Fund").seal(pdf, reference="EVF-2026-014-A1")
    assert finding_on(sealed, der) is Finding.SEALED


def test_a_lost_session_is_opened_anew_and_a_lost_token_told(token):
    key = token.opened()
    assert key._opened is not None
    key._opened[1].close()
    key.sign(b"again")
    util("--delete-token", "--token", "Fund")
    with pytest.raises(SealUnavailable, match="letters wait"):
        key.sign(b"never")
