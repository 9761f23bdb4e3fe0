"""How ties are broken: by a keyed hash of the round's seed, the same for everyone who has it."""

from collections.abc import Callable
from hashlib import blake2b


def keyed_order(seed: str) -> Callable[..., int]:
    """Return a function from ids to a number below 2**64 that no id can influence but by the seed.

    Sorting by it is a draw that anybody can repeat: BLAKE2b over the ids, keyed by the seed.
    """
    key = blake2b(seed.encode()).digest()

    def order(*ids: str) -> int:
        drawn = blake2b("\0".join(ids).encode(), key=key, digest_size=8)
        return int.from_bytes(drawn.digest())

    return order
