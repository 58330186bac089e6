"""The copy of a bucket that S3 keeps in another Region or account."""

import re
from typing import Any, Final

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.arns import REGION, URL_SUFFIX
from constructs_lib.errors import Checks, is_token
from constructs_lib.options import options
from constructs_lib.permissions import Permission, service_role

RULE: Final = "Everything"
"""The id of the rule, which its metrics have as a dimension."""
_ACCOUNT: Final = re.compile("[0-9]{12}")


@options
class Replica:
    """Another bucket, of another Region or account, that S3 copies every new object to.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html

    It has to have versioning; one in another account has to let the role ``<bucket>.replication_role`` replicate to it,
    and so has its key. Deletions are not copied: what is deleted here stays there. Objects that were there before are
    copied by S3 Batch Replication.

    Args:
        bucket: The other bucket.
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


def replicate(scope: Construct, source: s3.Bucket, key: kms.IKey, replica: Replica) -> iam.Role:
    """Let S3 copy every object of a bucket, and return the role that it does so with.

    The L2 would write an inline policy, with more actions than S3 asks for.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html

    Args:
        scope: Where the role lives.
        source: The bucket whose objects are copied.
        key: Encrypts the originals.
        replica: Where the copies go.
    """
    arn, copies = source.bucket_arn, replica.bucket.bucket_arn
    every = "S3 replicates every object of the bucket."
    role = service_role(
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
                    *(("s3:ObjectOwnerOverrideToBucketOwner",) if replica.account else ()),
                ),
                resources=(f"{copies}/*",),
                wildcard=every,
            ),
            Permission(
                actions=("kms:Decrypt",),
                resources=(key.key_arn,),
                conditions={
                    "StringEquals": {"kms:ViaService": f"s3.{REGION}.{URL_SUFFIX}"},
                    "StringLike": {"kms:EncryptionContext:aws:s3:arn": [arn, f"{arn}/*"]},
                },
            ),
            Permission(
                actions=("kms:Encrypt", "kms:GenerateDataKey"),
                resources=(replica.key.key_arn,),
                conditions={"StringLike": {"kms:EncryptionContext:aws:s3:arn": [copies, f"{copies}/*"]}},
            ),
        ],
    )
    destination = {
        "bucket": copies,
        "encryptionConfiguration": {"replicaKmsKeyId": replica.key.key_arn},
        "metrics": {"status": "Enabled"},
    }
    if replica.account:
        destination |= {"account": replica.account, "accessControlTranslation": {"owner": "Destination"}}
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
