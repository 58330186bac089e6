"""What becomes of objects as they age: cheaper storage classes, and an end."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, cast

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.acknowledgements import acknowledge
from constructs_lib.errors import Checks
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.options import options
from constructs_lib.practices import lambda_

ABANDONED: Final = cdk.Duration.days(7)
"""After how long an upload in parts that was not completed is given up."""
FEWEST_DAYS_BEFORE_ACCESS_IS_RARE: Final = 30
"""S3 moves nothing to the classes for infrequent access sooner."""
MOST_DAYS: Final = 2**31 - 1
"""What S3 counts."""

_STANDARD_IA, _ONE_ZONE_IA, _INSTANT = "STANDARD_IA", "ONEZONE_IA", "GLACIER_IR"
_ORDER: Final[Mapping[str, int]] = {
    _STANDARD_IA: 0,
    "INTELLIGENT_TIERING": 1,
    _ONE_ZONE_IA: 2,
    _INSTANT: 3,
    "GLACIER": 4,
    "DEEP_ARCHIVE": 5,
}
"""Objects move down alone; those of one zone not to instant retrieval, though.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
"""
_NAMES: Final = ", ".join(_ORDER)

_EMPTIES: Final = "Custom::S3AutoDeleteObjectsCustomResourceProvider"
_RUNS_ONCE: Final = (
    "CDK's own function, which empties disposable buckets when their stack is deleted, and else never runs."
)
_OF_FUNCTIONS: Final = (lambda_.IN_VPC, lambda_.OWN_LOG_GROUP, lambda_.RESERVED_CONCURRENCY, lambda_.TRACING)


@options
class Tier:
    """A cheaper storage class that objects move to.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html

    Queries of Amazon Athena leave out what is in the classes GLACIER and DEEP_ARCHIVE.

    Args:
        storage_class: The class.
        after: How long after its creation an object moves, in whole days; 30 at least for infrequent access.

    Raises:
        InvalidOptionsError: The class is none that objects move to, or they cannot so soon.
    """

    storage_class: s3.StorageClass
    after: cdk.Duration

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Tier")
        name = self.storage_class.value
        advice = "Choose a constant of s3.StorageClass."
        checks.require(name in _ORDER, "storage_class", name, allowed=_NAMES, advice=advice)
        days = whole_days("after", self.after, checks)
        if days is not None and name in (_STANDARD_IA, _ONE_ZONE_IA):
            checks.require(
                days >= FEWEST_DAYS_BEFORE_ACCESS_IS_RARE,
                "after",
                days,
                given=f"{days} days",
                allowed=f"{FEWEST_DAYS_BEFORE_ACCESS_IS_RARE} days or more for {name}",
                advice="Move objects later, or to INTELLIGENT_TIERING at once.",
            )
        checks.refuse()


def whole_days(option: str, duration: cdk.Duration | None, checks: Checks, *, least: int = 0) -> int | None:
    """Record a duration that is no whole number of days, too short or too long, and return its days.

    Args:
        option: The keyword as the caller writes it.
        duration: The duration; None is not judged.
        checks: Collects the problems.
        least: The fewest days.
    """
    if duration is None or not checks.require_literal(option, duration):
        return None
    days = duration.to_days(integral=False)
    if days % 1 or not least <= days <= MOST_DAYS:
        given, allowed = duration.to_human_string(), f"{least} to {MOST_DAYS} whole days"
        checks.problem(option, given, allowed=allowed, advice="Write cdk.Duration.days(n).")
        return None
    return int(days)


def check_tiers(tiers: Sequence[Tier], expire_after: cdk.Duration | None, checks: Checks) -> None:
    """Record tiers that do not lead down, one after the other, to the end.

    Args:
        tiers: Where objects move.
        expire_after: When they are deleted.
        checks: Collects the problems.
    """
    steps = [(tier.storage_class.value, int(tier.after.to_days())) for tier in tiers]
    for (name, days), (next_name, next_days) in pairwise(steps):
        down = _ORDER[next_name] > _ORDER[name] and (name, next_name) != (_ONE_ZONE_IA, _INSTANT)
        given = f"{name} after {days} days, then {next_name} after {next_days}"
        checks.require(
            down, "tiers", tiers, given=given, allowed="cheaper and cheaper classes", advice=f"The order is {_NAMES}."
        )
        least = FEWEST_DAYS_BEFORE_ACCESS_IS_RARE if name in (_STANDARD_IA, _ONE_ZONE_IA) else 1
        allowed, advice = f"{next_name} after {days + least} days or more", "S3 keeps objects in a class for a while."
        checks.require(next_days >= days + least, "tiers", tiers, given=given, allowed=allowed, advice=advice)
    end = whole_days("expire_after", expire_after, checks, least=1)
    if end is not None and steps:
        name, days = steps[-1]
        allowed, advice = f"more than {days} days", f"Objects move to {name} then: delete them later."
        checks.require(end > days, "expire_after", end, given=f"{end} days", allowed=allowed, advice=advice)


def lifecycle_rule(
    *, tiers: Sequence[Tier] = (), expire_after: cdk.Duration | None, replaced_expire_after: cdk.Duration | None
) -> s3.LifecycleRule:
    """Return the rule for all objects of a bucket.

    Args:
        tiers: Where they move.
        expire_after: When they are deleted; None keeps them.
        replaced_expire_after: When versions that were replaced or deleted are gone; None leaves them, and uploads that
            were not completed, for ever.
    """
    cleans = replaced_expire_after is not None
    return s3.LifecycleRule(
        id="Everything",
        abort_incomplete_multipart_upload_after=ABANDONED if cleans else None,
        noncurrent_version_expiration=replaced_expire_after,
        expired_object_delete_marker=True if cleans and expire_after is None else None,
        expiration=expire_after,
        transitions=[s3.Transition(storage_class=it.storage_class, transition_after=it.after) for it in tiers] or None,
    )


def apply_lifecycle(bucket: s3.Bucket, lifecycle: Lifecycle) -> None:
    """Keep the policy of a bucket that is kept, so that it stays closed to requests without TLS.

    Of a disposable one, what the rules say of the function by which CDK empties it is acknowledged.

    Args:
        bucket: The bucket, which has a policy.
        lifecycle: Whether it outlives its stack.
    """
    if lifecycle.protected:
        cast("s3.BucketPolicy", bucket.policy).apply_removal_policy(lifecycle.removal_policy)
    else:
        handler = cdk.Stack.of(bucket).node.find_child(_EMPTIES).node.find_child("Handler")
        acknowledge(
            cast("Construct", handler), {rule: _RUNS_ONCE for practice in _OF_FUNCTIONS for rule in practice.rules}
        )
