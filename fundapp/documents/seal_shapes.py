"""The parts of a seal that its signature does not cover: they must be as they are written."""

from typing import Any

_V1, _V3 = b"\x02\x01\x01", b"\x02\x01\x03"
_STAMP = bytes.fromhex("060b2a864886f70d010910020e")
"""The name of a time stamp beside a signature, as it stands in a file."""


def stamp_in(seal: Any) -> Any | None:
    """Return the time stamp of a seal (SignedData), None for a seal without one.

    Raises ValueError for a seal, or a stamp, in which anything is otherwise than it is written.
    """
    _require(seal.signed_data, version=_V1)
    beside = list(seal.signer_info["unsigned_attrs"] or ())
    if not beside:
        if _STAMP in seal.signed_data.dump():
            raise ValueError("the time stamp does not stand where it belongs")
        return None
    (stamp,) = beside
    if stamp["type"].native != "signature_time_stamp_token":
        raise ValueError("something else than a time stamp stands beside the signature")
    (token,) = stamp["values"]
    _require(token["content"], version=_V3)
    return token["content"]


def _require(data: Any, *, version: bytes) -> None:
    from asn1crypto.algos import DigestAlgorithm
    from asn1crypto.core import Null

    (signer,) = data["signer_infos"]
    name = signer["digest_algorithm"]["algorithm"].native
    told = {
        DigestAlgorithm({"algorithm": name}).dump(),
        DigestAlgorithm({"algorithm": name, "parameters": Null()}).dump(),
    }
    signer_version = _V1 if signer["sid"].name == "issuer_and_serial_number" else _V3
    if (
        data["version"].dump() != version
        or signer["version"].dump() != signer_version
        or signer["digest_algorithm"].dump() not in told
        or data["digest_algorithms"].dump()
        not in {b"\x31" + bytes([len(one)]) + one for one in told}
    ):
        raise ValueError("the seal is not as seals are written")
