"""The fund's key for sealing: made for trying out, or read from a file."""

import stat

import pytest
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from fundapp.adapters.seal_keys import MADE_UP, seal_key


def made(folder, **changes):
    settings = {"key_file": "", "passphrase": "", "fund_name": "Common Measure Fund"}
    return seal_key(folder, **settings | changes)


def test_a_made_up_key_is_kept_and_says_what_it_is(tmp_path):
    key = made(tmp_path)
    assert made(tmp_path) == key
    subject = Certificate.load(key.certificate).subject.native
    assert subject == {"organization_name": MADE_UP, "common_name": "Common Measure Fund"}
    assert [path.name for path in tmp_path.iterdir()] == ["seal-key.pem"]
    assert stat.S_IMODE((tmp_path / "seal-key.pem").stat().st_mode) == 0o600


def test_a_key_file_is_read_with_its_passphrase(tmp_path):
    plain = made(tmp_path)
    pem = (tmp_path / "seal-key.pem").read_bytes()
    guarded = load_pem_private_key(pem, None).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"open sesame")
    )
    file = tmp_path / "fund.pem"
    file.write_bytes(guarded + pem[pem.index(b"-----BEGIN CERTIFICATE") :])
    assert made(tmp_path, key_file=str(file), passphrase="open sesame") == plain
    with pytest.raises(ValueError, match="FUNDAPP_SEAL_PASSPHRASE"):
        made(tmp_path, key_file=str(file), passphrase="wrong")


def test_a_file_that_is_no_key_is_refused_with_what_to_do(tmp_path):
    file = tmp_path / "fund.pem"
    file.write_text("not a key")
    with pytest.raises(ValueError, match="FUNDAPP_SEAL_KEY_FILE must name a PEM file"):
        made(tmp_path, key_file=str(file))
    with pytest.raises(ValueError, match="FUNDAPP_SEAL_KEY_FILE must name a PEM file"):
        made(tmp_path, key_file=str(tmp_path / "missing.pem"))


def test_a_key_and_a_certificate_of_others_are_refused(tmp_path):
    made(tmp_path)
    pem = (tmp_path / "seal-key.pem").read_bytes()
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    file = tmp_path / "mixed.pem"
    file.write_bytes(other + pem[pem.index(b"-----BEGIN CERTIFICATE") :])
    with pytest.raises(ValueError, match="do not belong together"):
        made(tmp_path, key_file=str(file))
