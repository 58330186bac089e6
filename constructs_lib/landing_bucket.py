"""A bucket where data lands: encrypted, versioned, logged, and cheaper as it ages."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.access_logs import (
    NO_LOCK,
    NO_REPLICATION,
    TLS_VERSION,
    AccessLogBucket,
    allow_delivery,
    deliver_access_logs,
)
from constructs_lib.acknowledgements import Waivers, acknowledge
from constructs_lib.alarms import Alarms
from constructs_lib.bucket_alarms import REPLICATION_ALARMS, REQUEST_ALARMS
from constructs_lib.buckets import check_near
from constructs_lib.encryption import store_key
from constructs_lib.errors import Checks
from constructs_lib.lifecycle import Lifecycle, check_lasts, remember
from constructs_lib.object_lifecycle import Tier, apply_lifecycle, check_tiers, lifecycle_rule, whole_days
from constructs_lib.options import checked, checks_for
from constructs_lib.practices import s3 as practices
from constructs_lib.practices.practice import Practice
from constructs_lib.practices.s3 import ACCESS_LOGS, ALARMS, LIFECYCLE, VERSIONING
from constructs_lib.regions import check_region
from constructs_lib.replication import (
    RULE,
    Copies,
    Replica,
    ReplicaRegion,
    check_replica,
    name_copies,
    replicate,
)

__all__ = [
    "ACCESS_LOGS",
    "ALARMS",
    "LIFECYCLE",
    "VERSIONING",
    "LandingBucket",
    "Replica",
    "ReplicaRegion",
    "Tier",
]

NAMESPACE: Final = "AWS/S3"
METRICS_ID: Final = "EntireBucket"
REPLACED_KEPT: Final = cdk.Duration.days(30)
"""How long a version that was replaced or deleted can be brought back."""

WAIVABLE: Final[tuple[Practice, ...]] = (VERSIONING, LIFECYCLE, ACCESS_LOGS, ALARMS)

_NO_REPLICA = "No replica was given: within its Region, S3 stores every object in three Availability Zones at least."
_NO_LOCK = "No object_lock was given: objects may be replaced and deleted, and come back by their versions."


class LandingBucket(Construct):
    """An S3 bucket for the data that a lake, a stream or a load starts from.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html

    Metrics and notifications are those of ``.bucket``. CDK's grants write inline policies, which the packs report;
    :func:`constructs_lib.permissions.grant` writes managed ones.

    Args:
        scope: The parent construct.
        id: The construct's id.
        tiers: The storage classes that objects move to, from the first to the last.
        expire_after: When objects are deleted, in whole days after their creation; None keeps them.
        replaced_expire_after: When versions that were replaced or deleted are gone, in whole days after that.
        access_logs: Keeps the log of requests, in the same account and Region, encrypted with S3's own keys; None makes
            a bucket for it. The policy of an imported one has to let ``logging.s3.amazonaws.com`` put objects for
            ``aws:SourceAccount``; that of an AccessLogBucket does.
        events: Whether Amazon EventBridge is told of every change, which costs by the event.
        replica: Where S3 copies every new object to: a bucket that exists, or a Region in which one is made, as
            ``.replica``; None keeps one copy.
        object_lock: For how long no version of an object can be deleted; None lets versions be deleted. A bucket that
            was made without keeps its objects if it is given one later.
        key: Encrypts objects; None makes a key for this bucket alone.
        alarm_topic: Receives the alarms; None leaves them to be read in CloudWatch.
        lifecycle: Whether the bucket outlives its stack; a disposable one is emptied, and deleted.
        waive: Practices to leave out, each with a reason.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        tiers: Sequence[Tier] = (),
        expire_after: cdk.Duration | None = None,
        replaced_expire_after: cdk.Duration = REPLACED_KEPT,
        access_logs: s3.IBucket | None = None,
        events: bool = False,
        replica: Replica | ReplicaRegion | None = None,
        object_lock: s3.ObjectLockRetention | None = None,
        key: kms.IKey | None = None,
        alarm_topic: sns.ITopic | None = None,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
        waive: Mapping[Practice, str] = {},
    ) -> None:
        checks = checks_for(scope, id)
        waivers = Waivers(
            waive,
            known=WAIVABLE,
            checks=checks,
            lifecycle=lifecycle,
            protections=[practices.RETAINED],
        )
        check_tiers(tiers, expire_after, checks)
        whole_days("replaced_expire_after", replaced_expire_after, checks, least=1)
        _check_access_logs(cdk.Stack.of(scope), access_logs, waivers, checks)
        _check_lock(object_lock, expire_after, lifecycle, checks)
        check_replica(cdk.Stack.of(scope), replica, checks)
        _check_versions(replica, object_lock, waivers, checks)
        check_region(scope, {"key": key, "alarm_topic": alarm_topic}, checks)
        check_lasts({"key": key}, lifecycle, checks)
        checks.refuse()

        super().__init__(scope, id)
        self.key = store_key(self, key, lifecycle)
        watched = waivers.keeps(ALARMS)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            bucket_key_enabled=True,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.key,
            enforce_ssl=True,
            minimum_tls_version=TLS_VERSION,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=waivers.keeps(VERSIONING),
            object_lock_default_retention=object_lock,
            lifecycle_rules=_lifecycle_rules(tiers, expire_after, replaced_expire_after, waivers),
            metrics=[s3.BucketMetrics(id=METRICS_ID)] if watched else None,
            removal_policy=lifecycle.removal_policy,
            auto_delete_objects=not lifecycle.protected,
        )
        remember(self.bucket, lifecycle)
        if events:
            self._tell_of_changes()
        waivers.acknowledge(self.bucket)
        apply_lifecycle(self.bucket, lifecycle)
        if object_lock is None:
            acknowledge(self.bucket, dict.fromkeys(NO_LOCK, _NO_LOCK))

        self.log_bucket: s3.IBucket | None = None
        if waivers.keeps(ACCESS_LOGS):
            self.log_bucket = access_logs or AccessLogBucket(self, "AccessLogs", lifecycle=lifecycle).bucket
            deliver_access_logs(self.bucket, self.log_bucket)
            if access_logs:
                allow_delivery(access_logs)
        self.replica: LandingBucket | None = None
        self.replication_role: iam.Role | None = None
        copies = replica.copies if isinstance(replica, Replica) else None
        if isinstance(replica, ReplicaRegion):
            copies = replica.copies_of(self)
            self.replica = LandingBucket(
                replica.scope,
                f"{cdk.Names.node_unique_id(self.node)}Replica",
                tiers=tiers,
                expire_after=expire_after,
                replaced_expire_after=replaced_expire_after,
                access_logs=replica.access_logs,
                object_lock=object_lock,
                key=replica.key,
                alarm_topic=replica.alarm_topic,
                lifecycle=lifecycle,
                waive=waive,
            )
            name_copies(self.replica.bucket, self.replica.key, copies, lifecycle)
            cdk.Stack.of(self).add_stack_dependency(cdk.Stack.of(replica.scope))
        if copies:
            self.replication_role = replicate(self, self.bucket, self.key, copies)
        else:
            acknowledge(self.bucket, dict.fromkeys(NO_REPLICATION, _NO_REPLICA))
        self.alarms: Alarms | None = None
        if watched:
            name = {"BucketName": self.bucket.bucket_name}
            self.alarms = Alarms(
                self,
                "Alarms",
                rules=REQUEST_ALARMS,
                namespace=NAMESPACE,
                dimensions={**name, "FilterId": METRICS_ID},
                topic=alarm_topic,
            )
            if copies:
                self._watch_replication(copies, alarm_topic)

    def _tell_of_changes(self) -> None:
        """Tell EventBridge, for which the L2 would make a function."""
        resource: Any = self.bucket.node.default_child
        resource.notification_configuration = {"eventBridgeConfiguration": {"eventBridgeEnabled": True}}

    def _watch_replication(self, copies: Copies, topic: sns.ITopic | None) -> None:
        Alarms(
            self,
            "ReplicationAlarms",
            rules=REPLICATION_ALARMS,
            namespace=NAMESPACE,
            dimensions={
                "SourceBucket": self.bucket.bucket_name,
                "DestinationBucket": copies.name,
                "RuleId": RULE,
            },
            topic=topic,
        )


def _lifecycle_rules(
    tiers: Sequence[Tier], expire_after: cdk.Duration | None, replaced_expire_after: cdk.Duration, waivers: Waivers
) -> list[s3.LifecycleRule] | None:
    kept = waivers.keeps(LIFECYCLE)
    if not (kept or tiers or expire_after):
        return None
    replaced = replaced_expire_after if kept else None
    return [lifecycle_rule(tiers=tiers, expire_after=expire_after, replaced_expire_after=replaced)]


def _check_access_logs(home: cdk.Stack, access_logs: s3.IBucket | None, waivers: Waivers, checks: Checks) -> None:
    if access_logs is None:
        return
    near = "S3 delivers logs within an account and Region: make an AccessLogBucket there, or leave it out."
    check_near("access_logs", access_logs, home, near, checks)
    if ACCESS_LOGS in waivers:
        advice = "Leave out the bucket or the waiver."
        checks.problem(
            "access_logs", "a bucket for what is waived", allowed="None with ACCESS_LOGS waived", advice=advice
        )
    if access_logs.encryption_key is not None:
        checks.problem(
            "access_logs",
            "a bucket with a key of AWS KMS",
            allowed="one that is encrypted with S3's own keys",
            advice="S3 delivers logs to no other: give the .bucket of an AccessLogBucket, or leave it out.",
        )


def _check_versions(
    replica: Replica | ReplicaRegion | None,
    object_lock: s3.ObjectLockRetention | None,
    waivers: Waivers,
    checks: Checks,
) -> None:
    """Record what S3 keeps versions for, in a bucket without."""
    for option, value in (("replica", replica), ("object_lock", object_lock)):
        if value is not None and VERSIONING in waivers:
            advice = "S3 needs versions for it: do not waive VERSIONING."
            checks.problem(option, "one with VERSIONING waived", allowed="None without versions", advice=advice)


def _check_lock(
    object_lock: s3.ObjectLockRetention | None,
    expire_after: cdk.Duration | None,
    lifecycle: Lifecycle,
    checks: Checks,
) -> None:
    """Record what a lock would not let be deleted."""
    if object_lock is None:
        return
    if not lifecycle.protected:
        advice = "Nobody could empty the bucket: keep it, or leave the lock out."
        checks.problem(
            "object_lock", "one of a disposable bucket", allowed="None with Lifecycle.DISPOSABLE", advice=advice
        )
    days = whole_days("expire_after", expire_after, Checks(lambda: "expire_after"), least=1)
    locked = object_lock.duration.to_days(integral=False)
    checks.require(
        days is None or days >= locked,
        "expire_after",
        days,
        given=expire_after.to_human_string() if expire_after else None,
        allowed=f"{locked:g} days or more, as long as object_lock lasts",
        advice="Until then S3 hides objects, and keeps them: let them expire later, or lock them shorter.",
    )
