"""Folders of buckets: what the keys of objects begin with."""

from constructs_lib.errors import Checks


def check_folder(prefix: str, checks: Checks) -> None:
    """Record a prefix that is no folder; an empty one is the whole bucket.

    Args:
        prefix: What keys begin with.
        checks: Collects the problem.
    """
    checks.require(
        prefix == "" or (prefix.endswith("/") and not prefix.startswith("/")),
        "prefix",
        prefix,
        allowed="a prefix that ends in a slash, and does not begin with one",
        advice="Write clicks/.",
    )
