"""AWS Backup for one store: a vault, a plan that keeps daily recovery points, and the selection of the store's ARN."""

from collections.abc import Sequence
from dataclasses import field
from functools import cache

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib.errors import Checks
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.naming import unique_name
from constructs_lib.options import options
from constructs_lib.permissions import Permission, service_role

DAILY_HOUR = 5
"""In UTC; after the backup and maintenance windows that stores have by default."""
LONGEST_VAULT_NAME = 50


@options
class BackupPolicy:
    """How a store is backed up.

    Args:
        retention: How long backups are kept: 1 to 35 days for the service's own, and the same for the recovery
            points of AWS Backup.
        plan: An existing AWS Backup plan of the same account and Region that selects the store, such as another's
            ``orders.backup.plan``; None makes a vault and a plan for the store alone.

    Raises:
        InvalidOptionsError: The retention is not a whole number of days from 1 to 35.
    """

    retention: cdk.Duration = cdk.Duration.days(35)
    plan: backup.IBackupPlan | None = None
    days: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        checks = Checks(lambda: "BackupPolicy")
        checks.require_literal("retention", self.retention)
        checks.refuse()
        days = self.retention.to_days(integral=False)
        if days % 1:
            given = f"{self.retention.to_human_string()}"
            checks.problem("retention", given, allowed="whole days", advice="Write cdk.Duration.days(n).")
        else:
            advice = "Longer retention belongs in an AWS Backup plan of your own: give it as plan."
            checks.require_between(1, days, 35, "retention", unit="days", advice=advice)
        checks.refuse()
        object.__setattr__(self, "days", days)


class StoreBackup(Construct):
    """Selects one store by its ARN, in the same stack, for daily recovery points.

    https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html

    Args:
        scope: The store's construct.
        id: The id of the backup.
        arn: The ARN of the store.
        permissions: What AWS Backup has to do on the store.
        policy: How long recovery points are kept, and in whose plan.
        key: Encrypts the vault.
        lifecycle: Whether the vault outlives its stack.
        hour: The hour of the day, in UTC, at which recovery points are taken.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        arn: str,
        permissions: Sequence[Permission],
        policy: BackupPolicy,
        key: kms.IKey,
        lifecycle: Lifecycle,
        hour: int = DAILY_HOUR,
    ) -> None:
        super().__init__(scope, id)
        self.plan = policy.plan or self._make_plan(policy, key, lifecycle, hour)
        role, _ = service_role(
            self,
            "Role",
            service="backup.amazonaws.com",
            permissions=[*permissions, *_key_permissions(key)],
        )
        self.selection = backup.BackupSelection(
            self,
            "Selection",
            backup_plan=self.plan,
            resources=[backup.BackupResource.from_arn(arn)],
            role=role,
            disable_default_backup_policy=True,
        )

    def _make_plan(self, policy: BackupPolicy, key: kms.IKey, lifecycle: Lifecycle, hour: int) -> backup.BackupPlan:
        vault = backup.BackupVault(
            self,
            "Vault",
            backup_vault_name=unique_name(self, longest=LONGEST_VAULT_NAME),
            encryption_key=key,
            removal_policy=lifecycle.removal_policy,
            block_recovery_point_deletion=lifecycle.protected,
        )
        return backup.BackupPlan(self, "Plan", backup_vault=vault, backup_plan_rules=[_daily(hour, policy.days)])


@cache
def _daily(hour: int, days: float) -> backup.BackupPlanRule:
    """Return the rule, which knows no stack: many stores share it."""
    return backup.BackupPlanRule(
        rule_name="Daily",
        schedule_expression=events.Schedule.expression(f"cron(0 {hour} * * ? *)"),
        delete_after=cdk.Duration.days(days),
    )


def _key_permissions(key: kms.IKey) -> Sequence[Permission]:
    arn = (key.key_arn,)
    return (
        Permission(actions=("kms:DescribeKey", "kms:Decrypt", "kms:GenerateDataKey"), resources=arn),
        Permission(
            actions=("kms:CreateGrant",),
            resources=arn,
            conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
    )
