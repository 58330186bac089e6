"""Log groups that are declared before anything is written to them: encrypted, and kept for a stated time."""

from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from constructs_lib.lifecycle import Lifecycle

RETENTION = logs.RetentionDays.ONE_YEAR
"""Security Hub's CloudWatch.16 asks for a year at least."""


def log_group(
    scope: Construct, id: str, *, key: kms.IKey, lifecycle: Lifecycle, name: str | None = None
) -> logs.LogGroup:
    """Make an encrypted log group; the key has to allow it, see :func:`constructs_lib.encryption.allow_logs`.

    Args:
        scope: Where it lives.
        id: Its id.
        key: Encrypts the log events.
        lifecycle: Whether it outlives its stack.
        name: The name under which a service looks for it; None lets CloudFormation choose.
    """
    return logs.LogGroup(
        scope,
        id,
        log_group_name=name,
        encryption_key=key,
        retention=RETENTION,
        removal_policy=lifecycle.removal_policy,
    )
