"""The bucket that other buckets of the account deliver their access logs to."""

from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.acknowledgements import Waivers, acknowledge
from constructs_lib.arns import ACCOUNT
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.object_lifecycle import apply_lifecycle, lifecycle_rule, whole_days
from constructs_lib.options import checked, checks_for
from constructs_lib.practices import s3 as practices
from constructs_lib.practices.practice import HIPAA, NIST_R4, NIST_R5, PCI, nag

KEPT: Final = cdk.Duration.days(365)
"""How long logs are kept."""
REPLACED_KEPT: Final = cdk.Duration.days(30)
"""How long a version that was deleted can be brought back."""
TLS_VERSION: Final = 1.2

NO_REPLICATION: Final = nag("S3BucketReplicationEnabled", HIPAA, NIST_R4, NIST_R5, PCI)
NO_LOCK: Final = nag("S3BucketDefaultLockEnabled", NIST_R4)

_ONLY_SSE_S3 = "S3 delivers access logs to buckets that are encrypted with its own keys alone."
_NO_LOG_OF_LOGS = "A log of who delivers and reads the access logs would need a log itself, without end."
_ONE_COPY = (
    "The log is about a bucket of this Region: one copy, of which deleted versions can be brought back, is enough."
)
_NO_LOCK = "S3 delivers no access logs to a bucket with a default retention."
_NO_ALARMS = "Nobody waits for a request to this bucket; S3 delivers logs as it finds time."


class AccessLogBucket(Construct):
    """A bucket that S3 delivers access logs to, of any number of buckets of the same account and Region.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html

    A :class:`constructs_lib.landing_bucket.LandingBucket` makes one for itself; give many the ``.bucket`` of one, or
    import it by its name in other apps of the account.

    Args:
        scope: The parent construct.
        id: The construct's id.
        expire_after: How long logs are kept, in whole days.
        lifecycle: Whether the logs outlive their stack.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        expire_after: cdk.Duration = KEPT,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
    ) -> None:
        checks = checks_for(scope, id)
        waivers = Waivers({}, known=(), checks=checks, lifecycle=lifecycle, protections=[practices.RETAINED])
        whole_days("expire_after", expire_after, checks, least=1)
        checks.refuse()

        super().__init__(scope, id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=TLS_VERSION,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=True,
            lifecycle_rules=[lifecycle_rule(expire_after=expire_after, replaced_expire_after=REPLACED_KEPT)],
            removal_policy=lifecycle.removal_policy,
            auto_delete_objects=not lifecycle.protected,
        )
        allow_delivery(self.bucket)
        waivers.acknowledge(self.bucket)
        apply_lifecycle(self.bucket, lifecycle)
        acknowledge(
            self.bucket,
            {
                **dict.fromkeys(practices.ENCRYPTION.rules, _ONLY_SSE_S3),
                **dict.fromkeys(practices.ACCESS_LOGS.rules, _NO_LOG_OF_LOGS),
                **dict.fromkeys(practices.ALARMS.rules, _NO_ALARMS),
                **dict.fromkeys(NO_REPLICATION, _ONE_COPY),
                **dict.fromkeys(NO_LOCK, _NO_LOCK),
            },
        )


def deliver_access_logs(source: s3.Bucket, target: s3.IBucket) -> None:
    """Let S3 deliver the access logs of one bucket to another, in folders by account, Region, bucket and date.

    Args:
        source: The bucket whose requests are logged.
        target: The bucket that keeps the log, in the same account and Region.
    """
    resource: Any = source.node.default_child
    resource.logging_configuration = {
        "destinationBucketName": target.bucket_name,
        "targetObjectKeyFormat": {"partitionedPrefix": {"partitionDateSource": "EventTime"}},
    }


def allow_delivery(target: s3.IBucket) -> None:
    """Let S3 deliver the access logs of any bucket of the account.

    However many buckets share a log, its policy says this once: CDK merges statements that are the same. The policy of
    a bucket that was imported stays as it is.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html

    Args:
        target: The bucket that keeps the log.
    """
    target.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal("logging.s3.amazonaws.com")],
            actions=["s3:PutObject"],
            resources=[target.arn_for_objects("*")],
            conditions={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        )
    )
