"""Where the results of queries go: to a bucket, or to storage that Athena manages."""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from constructs_lib.buckets import check_folder
from constructs_lib.errors import Checks
from constructs_lib.object_lifecycle import whole_days
from constructs_lib.options import options

RESULTS_KEPT: Final = cdk.Duration.days(30)
"""How long results stay in a bucket that is made for them."""


@options
class BucketResults:
    """Results are objects of a bucket, which other programs can read.

    https://docs.aws.amazon.com/athena/latest/ug/querying.html

    Args:
        bucket: The bucket, in the workgroup's account and Region; None makes one.
        prefix: What their keys begin with: ``athena/``.
        expire_after: When they are deleted from a bucket that is made here, in whole days; None is 30 days.

    Raises:
        InvalidOptionsError: The prefix is none, or results of a bucket that is given should expire.
    """

    bucket: s3.IBucket | None = None
    prefix: str = ""
    expire_after: cdk.Duration | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "BucketResults")
        check_folder(self.prefix, checks)
        whole_days("expire_after", self.expire_after, checks, least=1)
        if self.bucket is not None and self.expire_after is not None:
            advice = "Say it in the lifecycle of the bucket."
            checks.problem("expire_after", "an end for a bucket that exists", allowed="None with bucket", advice=advice)
        checks.refuse()


@options
class ManagedResults:
    """Results stay with Athena for a day, and are read through its API alone, up to 200 MB from the console.

    https://docs.aws.amazon.com/athena/latest/ug/managed-results.html
    """


@options
class Location:
    """Objects that queries read.

    Args:
        bucket: Their bucket.
        prefix: What their keys begin with: ``clicks/``; empty is the whole bucket.
        key: The key that they are encrypted with; None is the one that CDK knows of the bucket, and none of an imported
            bucket. A delivery stream writes with ``.key`` to a bucket whose key is not known.

    Raises:
        InvalidOptionsError: The prefix does not end in a slash.
    """

    bucket: s3.IBucket
    prefix: str = ""
    key: kms.IKey | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Location")
        check_folder(self.prefix, checks)
        checks.refuse()
