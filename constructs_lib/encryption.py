"""Customer managed keys: one for each store, unless one is given."""

from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib.arns import ACCOUNT, PARTITION, REGION, URL_SUFFIX, arn
from constructs_lib.lifecycle import Lifecycle, remember

PENDING_WINDOW: Final = cdk.Duration.days(30)
"""How long a key that was deleted can be brought back."""

_ACCOUNT_DECIDES: Final[dict[str, Any]] = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:{PARTITION}:iam::{ACCOUNT}:root"},
    "Action": "kms:*",
    "Resource": "*",
}
_LOGS_ENCRYPT: Final[dict[str, Any]] = {
    "Sid": "CloudWatchLogs",
    "Effect": "Allow",
    "Principal": {"Service": f"logs.{REGION}.{URL_SUFFIX}"},
    "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
    "Resource": "*",
    "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": arn("logs", "log-group:*")}},
}


def store_key(scope: Construct, given: kms.IKey | None, lifecycle: Lifecycle, *, logs: bool = False) -> kms.IKey:
    """Return the key that was given, or make one for the store.

    The key rotates every year. Its policy names the account alone, so that IAM decides who uses it; and CloudWatch
    Logs, which cannot do without.

    https://docs.aws.amazon.com/kms/latest/developerguide/best-practices.html

    Args:
        scope: The store's construct.
        given: The key to use.
        lifecycle: Whether a key that is made outlives its stack.
        logs: Whether the key encrypts log groups too.
    """
    if given is not None:
        if logs:
            allow_logs(given)
        return given
    key = kms.Key(
        scope,
        "Key",
        description="Encrypts one store: its data, backups and logs.",
        enable_key_rotation=True,
        pending_window=PENDING_WINDOW,
        policy=iam.PolicyDocument.from_json(
            {"Version": "2012-10-17", "Statement": [_ACCOUNT_DECIDES, *([_LOGS_ENCRYPT] if logs else [])]}
        ),
        removal_policy=lifecycle.removal_policy,
    )
    remember(key, lifecycle)
    return key


def widenable(key: kms.IKey | None) -> kms.IKey | None:
    """Return the key of what is read or written, if it can encrypt logs as well: the policy of an imported one stays.

    Args:
        key: The key of a stream, table or bucket that was given; None where there is none.
    """
    return key if isinstance(key, kms.Key) else None


def allow_logs(key: kms.IKey) -> None:
    """Let CloudWatch Logs use the key, for the log groups of the account and Region alone.

    However many log groups share a key, its policy says this once: CDK merges statements that are the same.

    The policy of a key that was imported stays as it is: its owner has to allow the same.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    key.add_to_resource_policy(iam.PolicyStatement.from_json(_LOGS_ENCRYPT))
