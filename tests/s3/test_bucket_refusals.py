"""Options that the buckets refuse, and what they say of them."""

from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from constructs_lib import dsql
from constructs_lib.access_logs import AccessLogBucket
from constructs_lib.errors import Problem
from constructs_lib.landing_bucket import ACCESS_LOGS, VERSIONING, Replica, ReplicaRegion, Tier
from constructs_lib.lifecycle import Lifecycle
from tests.refusing import THE_CONSTRUCT, later, problems
from tests.s3.buckets import CLASSES, FRANKFURT_KEY, copies, days, frankfurt_key, new_bucket
from tests.synthesis import ACCOUNT, new_stack

WHOLE = "Write cdk.Duration.days(n)."
WRITE = "Write a cdk.Duration, such as cdk.Duration.minutes(5)."
DAYS = "1 to 2147483647 whole days"
ORDER = "STANDARD_IA, INTELLIGENT_TIERING, ONEZONE_IA, GLACIER_IR, GLACIER, DEEP_ARCHIVE"
OPTIONS = (
    "tiers, expire_after, replaced_expire_after, access_logs, events, replica, object_lock, key, alarm_topic, "
    "lifecycle, waive"
)
LATER = cdk.Duration.days(cdk.Token.as_number({"Ref": "Days"}))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"tier": []}, Problem("tier", "an unknown option", OPTIONS, "Did you mean tiers?")),
        ({"expire_after": 30}, Problem("expire_after", "30", "Duration or None", WRITE)),
        ({"expire_after": days(0)}, Problem("expire_after", "0 days", DAYS, WHOLE)),
        (
            {"expire_after": cdk.Duration.hours(36)},
            Problem("expire_after", "1 day 12 hours", DAYS, WHOLE),
        ),
        ({"expire_after": days(99999999999)}, Problem("expire_after", "99999999999 days", DAYS, WHOLE)),
        ({"replaced_expire_after": LATER}, later("replaced_expire_after")),
        ({"access_logs": "logs"}, Problem("access_logs", "'logs'", "s3.IBucket or None", THE_CONSTRUCT)),
        (
            {"expire_after": days(90), "tiers": [Tier(CLASSES.GLACIER, after=days(90))]},
            Problem("expire_after", "90 days", "more than 90 days", "Objects move to GLACIER then: delete them later."),
        ),
        (
            {"object_lock": s3.ObjectLockRetention.compliance(days(1)), "waive": {VERSIONING: "Raw."}},
            Problem(
                "object_lock",
                "one with VERSIONING waived",
                "None without versions",
                "S3 needs versions for it: do not waive VERSIONING.",
            ),
        ),
        (
            {"object_lock": s3.ObjectLockRetention.compliance(days(1)), "lifecycle": Lifecycle.DISPOSABLE},
            Problem(
                "object_lock",
                "one of a disposable bucket",
                "None with Lifecycle.DISPOSABLE",
                "Nobody could empty the bucket: keep it, or leave the lock out.",
            ),
        ),
        (
            {"object_lock": s3.ObjectLockRetention.compliance(days(30)), "expire_after": days(10)},
            Problem(
                "expire_after",
                "10 days",
                "30 days or more, as long as object_lock lasts",
                "Until then S3 hides objects, and keeps them: let them expire later, or lock them shorter.",
            ),
        ),
        (
            {"waive": {dsql.ALARMS: "Because."}},
            Problem(
                "waive",
                "DSQL_ALARMS",
                "landing_bucket.ACCESS_LOGS, landing_bucket.ALARMS, landing_bucket.LIFECYCLE, "
                "landing_bucket.VERSIONING",
                "Waive only what this construct does.",
            ),
        ),
    ],
    ids=lambda it: "-".join(it) if isinstance(it, dict) else it.given[:24],
)
def test_an_option_is_refused_with_what_to_do(stack: cdk.Stack, options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: new_bucket(stack, **options)) == [expected]


def test_every_problem_is_named_at_once(stack: cdk.Stack) -> None:
    tiers = [Tier(CLASSES.DEEP_ARCHIVE, days(1)), Tier(CLASSES.GLACIER, days(2))]
    found = problems(lambda: new_bucket(stack, tiers=tiers, expire_after=days(0), replaced_expire_after=days(0)))
    assert [problem.option for problem in found] == ["tiers", "expire_after", "replaced_expire_after"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"storage_class": s3.StorageClass("GLACIAL"), "after": days(1)},
            Problem("storage_class", "'GLACIAL'", ORDER, "Choose a constant of s3.StorageClass."),
        ),
        (
            {"storage_class": CLASSES.INFREQUENT_ACCESS, "after": days(29)},
            Problem(
                "after",
                "29 days",
                "30 days or more for STANDARD_IA",
                "Move objects later, or to INTELLIGENT_TIERING at once.",
            ),
        ),
        (
            {"storage_class": CLASSES.GLACIER, "after": cdk.Duration.hours(1)},
            Problem("after", "1 hour", "0 to 2147483647 whole days", WHOLE),
        ),
        ({"storage_class": CLASSES.GLACIER, "after": LATER}, later("after")),
    ],
    ids=lambda it: it["storage_class"].value if isinstance(it, dict) else it.option,
)
def test_a_tier_is_refused_with_what_to_do(options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: Tier(**options)) == [expected]


@pytest.mark.parametrize(
    ("steps", "allowed"),
    [
        ((("GLACIER", 1), ("GLACIER", 2)), "cheaper and cheaper classes"),
        ((("INTELLIGENT_TIERING", 1), ("INFREQUENT_ACCESS", 60)), "cheaper and cheaper classes"),
        ((("ONE_ZONE_INFREQUENT_ACCESS", 30), ("GLACIER_INSTANT_RETRIEVAL", 60)), "cheaper and cheaper classes"),
        ((("GLACIER", 2), ("DEEP_ARCHIVE", 2)), "DEEP_ARCHIVE after 3 days or more"),
        ((("INFREQUENT_ACCESS", 30), ("GLACIER", 59)), "GLACIER after 60 days or more"),
    ],
    ids=str,
)
def test_tiers_lead_down(stack: cdk.Stack, steps: Any, allowed: str) -> None:
    tiers = [Tier(getattr(CLASSES, name), days(number)) for name, number in steps]
    [problem] = problems(lambda: new_bucket(stack, tiers=tiers))
    assert (problem.option, problem.allowed) == ("tiers", allowed)


def test_a_bucket_with_a_key_keeps_no_logs(stack: cdk.Stack) -> None:
    given = new_bucket(stack).bucket
    [problem] = problems(lambda: new_bucket(cdk.Stack(stack, "Other"), access_logs=given))
    assert (problem.option, problem.given) == ("access_logs", "a bucket with a key of AWS KMS")


@pytest.mark.parametrize(
    ("elsewhere", "given", "allowed"),
    [
        ({"account": "210987654321"}, "a bucket of 210987654321 in eu-west-1", "one of 123456789012 in eu-west-1"),
        ({"region": "us-east-1"}, "a bucket of 123456789012 in us-east-1", "one of 123456789012 in eu-west-1"),
    ],
    ids=["account", "region"],
)
def test_logs_stay_in_account_and_region(stack: cdk.Stack, elsewhere: dict[str, Any], given: str, allowed: str) -> None:
    far = s3.Bucket.from_bucket_attributes(stack, "Far", bucket_name="far", **elsewhere)
    [problem] = problems(lambda: new_bucket(stack, access_logs=far))
    assert (problem.option, problem.given, problem.allowed) == ("access_logs", given, allowed)
    anywhere = new_stack(None)
    far = s3.Bucket.from_bucket_attributes(anywhere, "Far", bucket_name="far", **elsewhere)
    assert new_bucket(anywhere, access_logs=far).log_bucket


def test_objects_may_expire_with_their_lock(stack: cdk.Stack) -> None:
    assert new_bucket(stack, object_lock=s3.ObjectLockRetention.governance(days(30)), expire_after=days(30)).bucket


def test_logs_are_not_kept_and_waived(stack: cdk.Stack) -> None:
    logs = AccessLogBucket(stack, "Logs").bucket
    [problem] = problems(lambda: new_bucket(stack, access_logs=logs, waive={ACCESS_LOGS: "CloudTrail does it."}))
    assert (problem.option, problem.advice) == ("access_logs", "Leave out the bucket or the waiver.")


def test_the_bucket_itself_is_asked_for(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: new_bucket(stack, access_logs=AccessLogBucket(stack, "Logs")))
    assert (problem.given, problem.advice) == ("an AccessLogBucket", "Pass its .bucket.")


def test_logs_are_kept_for_whole_days(stack: cdk.Stack) -> None:
    found = problems(lambda: AccessLogBucket(stack, "Logs", expire_after=cdk.Duration.hours(1)))
    assert found == [Problem("expire_after", "1 hour", DAYS, WHOLE)]


def test_a_replica_needs_versions(stack: cdk.Stack) -> None:
    replica = Replica(copies(stack), frankfurt_key(stack))
    [problem] = problems(lambda: new_bucket(stack, replica=replica, waive={VERSIONING: "Raw."}))
    assert (problem.option, problem.given) == ("replica", "one with VERSIONING waived")


def _elsewhere(stack: cdk.Stack, account: str = ACCOUNT) -> cdk.Stack:
    return cdk.Stack(
        cast("cdk.App", stack.node.root), "Elsewhere", env=cdk.Environment(account=account, region="us-east-1")
    )


@pytest.mark.parametrize("named", [False, True])
def test_a_replica_that_the_app_makes_elsewhere_is_made_by_a_region(stack: cdk.Stack, named: bool) -> None:
    there = _elsewhere(stack)
    bucket = s3.Bucket(there, "Copies", bucket_name="copies" if named else None)
    made = Replica(bucket, kms.Key(there, "Key"))
    assert problems(lambda: new_bucket(stack, replica=made)) == [
        Problem(
            "replica",
            "a bucket or a key that this app makes in us-east-1",
            "those that exist, or a ReplicaRegion",
            "Another Region does not know their names: write ReplicaRegion(scope), which makes them.",
        )
    ]


def test_a_bucket_without_a_name_is_no_replica_elsewhere(stack: cdk.Stack) -> None:
    there = _elsewhere(stack)
    key = kms.Key.from_key_arn(there, "Key", FRANKFURT_KEY.replace("eu-central-1", "us-east-1"))
    [problem] = problems(lambda: new_bucket(stack, replica=Replica(s3.Bucket(there, "Copies"), key)))
    assert problem.option == "replica"
    assert new_bucket(stack, replica=Replica(s3.Bucket(there, "Named", bucket_name="copies"), key)).replication_role


def test_the_region_of_a_replica_is_another_of_the_account(stack: cdk.Stack) -> None:
    other = "210987654321"
    assert problems(lambda: new_bucket(stack, replica=ReplicaRegion(_elsewhere(stack, other)))) == [
        Problem(
            "replica",
            f"a stack of {other} in us-east-1",
            f"one of {ACCOUNT} in another Region than eu-west-1",
            "Make a bucket in another account by itself, and give it as Replica.",
        )
    ]
    assert [it.given for it in problems(lambda: new_bucket(stack, replica=ReplicaRegion(stack)))] == [
        f"a stack of {ACCOUNT} in eu-west-1"
    ]


def test_what_a_replica_uses_is_in_its_region(stack: cdk.Stack) -> None:
    logs = AccessLogBucket(stack, "Logs").bucket
    copies = ReplicaRegion(_elsewhere(stack), access_logs=logs, key=frankfurt_key(stack))
    found = problems(lambda: new_bucket(stack, replica=copies))
    assert [it.given for it in found] == ["key of eu-central-1", "access_logs of eu-west-1"]
    assert {it.allowed for it in found} == {"what is in us-east-1, as the copies are"}


def test_the_region_of_a_replica_is_known(stack: cdk.Stack) -> None:
    anywhere = cdk.Stack(cast("cdk.App", stack.node.root), "Anywhere")
    assert problems(lambda: new_bucket(stack, replica=ReplicaRegion(anywhere))) == [
        Problem(
            "replica",
            "stacks that name no account or Region",
            "two that name both",
            "Give each stack env=cdk.Environment(account=..., region=...).",
        )
    ]


def test_a_replica_has_the_key_of_its_region(stack: cdk.Stack) -> None:
    key = kms.Key.from_key_arn(stack, "Key", FRANKFURT_KEY)
    assert problems(lambda: Replica(copies(stack, "eu-west-3"), key)) == [
        Problem(
            "key",
            "a key of eu-central-1",
            "a key of eu-west-3, where the bucket is",
            "Give the key of the copies, not the one of the originals.",
        )
    ]


def test_an_account_has_twelve_digits(stack: cdk.Stack) -> None:
    found = problems(lambda: Replica(copies(stack), frankfurt_key(stack), account="12345"))
    assert found == [Problem("account", "'12345'", "12 digits", "Leave it out for a bucket of the same account.")]


def test_tokens_are_not_judged(stack: cdk.Stack) -> None:
    account = cdk.Fn.import_value("Account")
    replica = Replica(s3.Bucket.from_bucket_name(stack, "Copies", "copies"), kms.Key(stack, "Key"), account=account)
    assert new_bucket(stack, replica=replica).replication_role
