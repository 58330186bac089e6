"""Folders of buckets: what the keys of objects begin with."""

from constructs_lib.errors import Checks


def check_folder(prefix: str, checks: Checks, *, example: str = "clicks/") -> None:
    """Record a prefix that is no folder.

    Args:
        prefix: What keys begin with; empty is the whole bucket.
        checks: Collects the problem.
        example: A folder, for the message.
    """
    address = "://" in prefix
    checks.require(
        prefix == "" or (prefix.endswith("/") and not prefix.startswith("/") and not address),
        "prefix",
        prefix,
        allowed="a prefix that ends in a slash, and does not begin with one",
        advice=f"Write {example}: the bucket is an option of its own." if address else f"Write {example}.",
    )
