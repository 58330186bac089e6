"""What is asked of buckets that are given, and of folders in them."""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3

from constructs_lib.errors import Checks, is_token


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
