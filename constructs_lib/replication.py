"""The copy of a bucket that S3 keeps in another Region or account."""

import re
from dataclasses import dataclass, replace
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.arns import ACCOUNT, PARTITION
from constructs_lib.errors import Checks, is_token
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.options import options
from constructs_lib.permissions import Permission, service_role, through
from constructs_lib.regions import differ

RULE: Final = "Everything"
"""The id of the rule, which its metrics have as a dimension."""
_ACCOUNT: Final = re.compile("[0-9]{12}")
_ENCRYPTS: Final = ("kms:Encrypt", "kms:GenerateDataKey")
LONGEST_NAME: Final = 63

_BY_ALIAS: Final = "The key is made in the other Region, so that its id is not known here: it is named by its alias."


@dataclass(frozen=True, slots=True)
class Copies:
    """Where copies go, and what they are encrypted with, as the bucket of the originals knows it.

    Args:
        name: The name of the bucket.
        arn: The ARN of the bucket.
        key: The ARN of the key, or of its alias.
        encrypting: What encrypts with the key, for whatever bucket.
        account: The account that owns the copies, if it is another.
    """

    name: str
    arn: str
    key: str
    encrypting: Permission
    account: str | None = None


@options
class Replica:
    """Another bucket, of another Region or account, that exists and that S3 copies every new object to.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html

    It has to have versioning; one in another account has to let the role ``<bucket>.replication_role`` replicate to it,
    and so has its key. Deletions are not copied: what is deleted here stays there. Objects that were there before are
    copied by S3 Batch Replication.

    Args:
        bucket: The other bucket; one that this app makes in another Region is asked for as a :class:`ReplicaRegion`.
        key: Encrypts the copies; it is in the Region of the other bucket.
        account: The twelve digits of the other bucket's account, which owns the copies; None is the same account.

    Raises:
        InvalidOptionsError: The account is no account, or bucket and key are in two Regions.
    """

    bucket: s3.IBucket
    key: kms.IKey
    account: str | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Replica")
        checks.require(
            self.account is None or _ACCOUNT.fullmatch(self.account) is not None,
            "account",
            self.account,
            allowed="12 digits",
            advice="Leave it out for a bucket of the same account.",
        )
        bucket, key = self.bucket.env.region, self.key.env.region
        checks.require(
            bucket == key or is_token(bucket),
            "key",
            key,
            given=f"a key of {key}",
            allowed=f"a key of {bucket}, where the bucket is",
            advice="Give the key of the copies, not the one of the originals.",
        )
        checks.refuse()

    @property
    def copies(self) -> Copies:
        """Where the copies go."""
        key = self.key.key_arn
        encrypting = Permission(actions=_ENCRYPTS, resources=(key,))
        return Copies(self.bucket.bucket_name, self.bucket.bucket_arn, key, encrypting, self.account)


@options
class ReplicaRegion:
    """A bucket in another Region of the account, made like the first, that S3 copies every new object to.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html

    Bucket and alias of the key are called after the construct of the originals, the account and the Region, so that
    both Regions know the names. The stack of the other Region is deployed first. Deletions are not copied: what is
    deleted here stays there, and copies expire by themselves, as the originals do.

    Args:
        scope: Where the bucket is made: a stack of the other Region, or a construct in it. Both stacks name account and
            Region.
        access_logs: Keeps the log of requests for copies, in the other Region; None makes a bucket for it there.
        key: Encrypts the copies; None makes a key there. It belongs to the other Region.
        alarm_topic: Receives the alarms of the bucket there, in the other Region; None leaves them to be read in
            CloudWatch.

    Raises:
        InvalidOptionsError: A value has the wrong type.
    """

    scope: Construct
    access_logs: s3.IBucket | None = None
    key: kms.IKey | None = None
    alarm_topic: sns.ITopic | None = None

    def copies_of(self, originals: Construct) -> Copies:
        """Return where the copies go, by names that are known without asking the other Region.

        Args:
            originals: The construct whose objects are copied.
        """
        there = cdk.Stack.of(self.scope)
        suffix = f"-{there.account}-{there.region}"
        path = cdk.Names.unique_resource_name(
            originals, max_length=LONGEST_NAME - len(suffix), separator="-", allowed_special_characters="-"
        )
        name = re.sub("-+", "-", path.lower()).strip("-") + suffix
        keys = f"arn:{PARTITION}:kms:{there.region}:{ACCOUNT}"
        encrypting = Permission(
            actions=_ENCRYPTS,
            resources=(f"{keys}:key/*",),
            conditions={"ForAnyValue:StringEquals": {"kms:ResourceAliases": f"alias/{name}"}},
            wildcard=_BY_ALIAS,
        )
        return Copies(name, f"arn:{PARTITION}:s3:::{name}", f"{keys}:alias/{name}", encrypting)


def name_copies(bucket: s3.Bucket, key: kms.IKey, copies: Copies, lifecycle: Lifecycle) -> None:
    """Call a bucket that was made for copies, and its key, as the bucket of the originals does.

    A rollback of the first deployment takes the bucket back: its name has to be free for the next one.

    Args:
        bucket: The bucket that was made.
        key: Encrypts the copies.
        copies: How the bucket of the originals calls them.
        lifecycle: Whether the bucket outlives its stack.
    """
    resource: Any = bucket.node.default_child
    resource.bucket_name = copies.name
    if lifecycle.protected:
        bucket.apply_removal_policy(cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
    kms.CfnAlias(bucket, "Alias", alias_name=f"alias/{copies.name}", target_key_id=key.key_arn)


def check_replica(home: cdk.Stack, replica: Replica | ReplicaRegion | None, checks: Checks) -> None:
    """Record a replica whose names the Region of the originals cannot know.

    Args:
        home: The stack of the originals.
        replica: Where copies go.
        checks: Collects the problems.
    """
    if isinstance(replica, Replica):
        region = replica.key.env.region
        checks.require(
            not differ(region, home.region) or not (is_token(replica.key.key_arn) or _is_unnamed(replica.bucket)),
            "replica",
            replica,
            given=f"a bucket or a key that this app makes in {region}",
            allowed="those that exist, or a ReplicaRegion",
            advice="Another Region does not know their names: write ReplicaRegion(scope), which makes them.",
        )
    if isinstance(replica, ReplicaRegion):
        there = cdk.Stack.of(replica.scope)
        where = (home.account, home.region, there.account, there.region)
        advice = "Give each stack env=cdk.Environment(account=..., region=...)."
        known = checks.require(
            not any(map(is_token, where)),
            "replica",
            replica,
            given="stacks that name no account or Region",
            allowed="two that name both",
            advice=advice,
        )
        checks.require(
            not known or (there.account == home.account and there.region != home.region),
            "replica",
            replica,
            given=f"a stack of {there.account} in {there.region}",
            allowed=f"one of {home.account} in another Region than {home.region}",
            advice="Make a bucket in another account by itself, and give it as Replica.",
        )
        for option, given in (("key", replica.key), ("access_logs", replica.access_logs)):
            home_of = given.env.region if given else there.region
            checks.require(
                not differ(home_of, there.region),
                "replica",
                replica,
                given=f"{option} of {home_of}",
                allowed=f"what is in {there.region}, as the copies are",
                advice="Make or import one in the stack of that Region, or leave it out.",
            )


def _is_unnamed(bucket: s3.IBucket) -> bool:
    """Tell whether CloudFormation chooses the bucket's name."""
    resource: Any = bucket.node.default_child if isinstance(bucket, s3.Bucket) else None
    return resource is not None and cdk.Stack.of(bucket).resolve(resource.bucket_name) is None


def replicate(scope: Construct, source: s3.Bucket, key: kms.IKey, copies: Copies) -> iam.Role:
    """Let S3 copy every object of a bucket, and return the role that it does so with.

    The L2 would write an inline policy, with more actions than S3 asks for.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html

    Args:
        scope: Where the role lives.
        source: The bucket whose objects are copied.
        key: Encrypts the originals.
        copies: Where the copies go.
    """
    arn = source.bucket_arn
    every = "S3 replicates every object of the bucket."
    role, _ = service_role(
        scope,
        "ReplicationRole",
        service="s3.amazonaws.com",
        permissions=[
            Permission(actions=("s3:GetReplicationConfiguration", "s3:ListBucket"), resources=(arn,)),
            Permission(
                actions=(
                    "s3:GetObjectVersionAcl",
                    "s3:GetObjectVersionForReplication",
                    "s3:GetObjectVersionTagging",
                ),
                resources=(f"{arn}/*",),
                wildcard=every,
            ),
            Permission(
                actions=(
                    "s3:ReplicateObject",
                    "s3:ReplicateTags",
                    *(("s3:ObjectOwnerOverrideToBucketOwner",) if copies.account else ()),
                ),
                resources=(f"{copies.arn}/*",),
                wildcard=every,
            ),
            Permission(
                actions=("kms:Decrypt",),
                resources=(key.key_arn,),
                conditions={
                    **through("s3"),
                    "StringLike": {"kms:EncryptionContext:aws:s3:arn": [arn, f"{arn}/*"]},
                },
            ),
            replace(
                copies.encrypting,
                conditions={
                    **copies.encrypting.conditions,
                    "StringLike": {"kms:EncryptionContext:aws:s3:arn": [copies.arn, f"{copies.arn}/*"]},
                },
            ),
        ],
    )
    destination = {
        "bucket": copies.arn,
        "encryptionConfiguration": {"replicaKmsKeyId": copies.key},
        "metrics": {"status": "Enabled"},
    }
    if copies.account:
        destination |= {"account": copies.account, "accessControlTranslation": {"owner": "Destination"}}
    resource: Any = source.node.default_child
    resource.replication_configuration = {
        "role": role.role_arn,
        "rules": [
            {
                "id": RULE,
                "status": "Enabled",
                "priority": 1,
                "filter": {"prefix": ""},
                "deleteMarkerReplication": {"status": "Disabled"},
                "sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"status": "Enabled"}},
                "destination": destination,
            }
        ],
    }
    return role
