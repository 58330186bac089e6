"""The log groups that RDS would otherwise make itself, unencrypted and kept for ever."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib.lifecycle import Lifecycle
from constructs_lib.logs import log_group

IAM_LOG: Final = "iam-db-auth-error"
"""A log that only engines with IAM authentication write."""


def declare_logs(
    scope: Construct, exports: Sequence[str], *, folder: str, key: kms.IKey, lifecycle: Lifecycle
) -> Construct:
    """Declare the groups, which the store has to depend on.

    Args:
        scope: The store's construct.
        exports: The logs, as RDS names them.
        folder: How RDS names the store in the names of log groups: ``instance/orders`` or ``cluster/orders``.
        key: Encrypts the logs, and allows CloudWatch Logs to use it.
        lifecycle: Whether the logs outlive the stack.
    """
    logs = Construct(scope, "Logs")
    for log in exports:
        log_group(logs, log, key=key, lifecycle=lifecycle, name=f"/aws/rds/{folder}/{log}")
    return logs
