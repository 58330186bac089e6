"""Passwords as Redshift takes them: new ones, and hashed ones."""

import hashlib
import secrets
import string
from typing import Final

LENGTH: Final = 64
"""The longest that Redshift takes."""
FORBIDDEN: Final = "'\"\\/@"
SALT_BYTES: Final = 32


def new() -> str:
    """Return a password with a lower-case letter, an upper-case one and a digit at least."""
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    everything = [*"".join(kinds), *(it for it in string.punctuation if it not in FORBIDDEN)]
    characters = [secrets.choice(kind) for kind in kinds]
    characters += [secrets.choice(everything) for _ in range(LENGTH - len(kinds))]
    secrets.SystemRandom().shuffle(characters)
    return "".join(characters)


def hashed(password: str) -> str:
    """Return a password as SQL may hold it: the salt is appended as bytes, and written as hexadecimal digits.

    https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_USER.html
    """
    salt = secrets.token_bytes(SALT_BYTES)
    return f"sha256|{hashlib.sha256(password.encode() + salt).hexdigest()}|{salt.hex()}"
