"""Log groups that are declared before anything is written to them: encrypted, and kept for a stated time."""

from collections.abc import Sequence

from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from constructs_lib.lifecycle import Lifecycle

RETENTION = logs.RetentionDays.ONE_YEAR
"""Security Hub's CloudWatch.16 asks for a year at least."""


def declare_logs(
    scope: Construct, names: Sequence[str], *, folder: str, key: kms.IKey, lifecycle: Lifecycle
) -> Construct:
    """Declare the groups that a service would otherwise make itself, unencrypted and kept for ever.

    Args:
        scope: The store, whose resource has to depend on the groups.
        names: The logs, as the service names them.
        folder: What the service puts before these names: ``/aws/rds/instance/orders``.
        key: Encrypts the logs, and allows CloudWatch Logs to use it.
        lifecycle: Whether the logs outlive the stack.
    """
    logs = Construct(scope, "Logs")
    for name in names:
        log_group(logs, name, key=key, lifecycle=lifecycle, name=f"{folder}/{name}")
    return logs


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
