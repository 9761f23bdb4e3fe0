"""Secrets that are handed out once (in a cookie, in a mailed link); only a hash is kept."""

import hashlib
import secrets


def new_token() -> str:
    """Return a random token of 256 bits, fit for addresses and cookies."""
    return secrets.token_urlsafe(32)


def hash_of_token(token: str) -> str:
    """Return what is stored of a token (SHA-256; no salt, since the token is random)."""
    return hashlib.sha256(token.encode()).hexdigest()
