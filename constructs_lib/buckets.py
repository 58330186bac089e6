"""What is asked of buckets that are given, and of folders in them."""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.errors import Checks, is_token
from constructs_lib.naming import claim

SHARED: Final = "several"
"""The owner of folders that several may write into."""


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


def called(bucket: s3.IBucket) -> str:
    """Return what tells a bucket from others of the app: its name, or its path where the name is not known."""
    name = bucket.bucket_name
    return bucket.node.path if is_token(name) else name


def claim_folder(
    scope: Construct, id: str, option: str, bucket: str, folder: str, checks: Checks, *, owner: str | None = None
) -> None:
    """Take a folder to write into, and record a problem if another construct of the app writes into it.

    Args:
        scope: The scope of who writes.
        id: The id of who writes.
        option: The keyword as the caller writes it.
        bucket: What tells the bucket from others.
        folder: What keys begin with; of a token, nothing is known.
        checks: Collects the problem.
        owner: Who the folder belongs to, where several write into it; None is the construct alone.
    """
    if not is_token(folder):
        advice = "What is written into one folder is read together: name another one, or give another bucket."
        claim(scope, id, option, "folder", [bucket, folder], advice, checks, owner=owner)


def claim_folders_above(scope: Construct, id: str, option: str, bucket: str, folder: str, checks: Checks) -> None:
    """Take the folders that a folder is in, which others may be in too, and record one that is another's own.

    Args:
        scope: The scope of who writes.
        id: The id of who writes.
        option: The keyword as the caller writes it.
        bucket: What tells the bucket from others.
        folder: What is written into; of a token, nothing is known.
        checks: Collects the problems.
    """
    for place, character in enumerate(folder[:-1], 1):
        if character == "/" and not is_token(folder):
            claim_folder(scope, id, option, bucket, folder[:place], checks, owner=SHARED)


def check_near(option: str, bucket: s3.IBucket, home: cdk.Stack, advice: str, checks: Checks) -> None:
    """Record a bucket that is known to be of another account or Region.

    Args:
        option: The keyword as the caller writes it.
        bucket: The bucket.
        home: The stack that needs it near.
        advice: What to do instead.
        checks: Collects the problem.
    """
    there = bucket.env
    known = [
        (ours, theirs)
        for ours, theirs in ((home.account, there.account), (home.region, there.region))
        if not is_token(ours) and not is_token(theirs)
    ]
    checks.require(
        all(ours == theirs for ours, theirs in known),
        option,
        bucket,
        given=f"a bucket of {' in '.join(theirs for _, theirs in known)}",
        allowed=f"one of {' in '.join(ours for ours, _ in known)}",
        advice=advice,
    )
