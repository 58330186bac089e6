"""AWS Backup for one store: a vault, a plan that keeps daily recovery points, and the selection of the store's ARN."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import Any, cast

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib.errors import Checks
from constructs_lib.fragments import Fragment
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.naming import unique_name
from constructs_lib.options import options
from constructs_lib.permissions import Permission, acknowledge_wildcards, service_role_resources

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
        self._policy = policy
        self.vault = None if policy.plan else self._make_vault(key, lifecycle)
        permissions = [*permissions, *_key_permissions(key)]
        resources = service_role_resources("Role", service="backup.amazonaws.com", permissions=permissions)
        if self.vault:
            resources["Plan"] = _daily_plan(self.vault, hour, policy.days)
        plan = policy.plan.backup_plan_id if policy.plan else {"Fn::GetAtt": ["Plan", "BackupPlanId"]}
        resources["Selection"] = _selection(arn, plan)
        self.resources: Mapping[str, cdk.CfnResource] = Fragment(self, resources)
        """The L1s: ``Role``, ``RolePolicy``, ``Selection``, and ``Plan`` if none was given."""
        acknowledge_wildcards(self, permissions)

    @cached_property
    def plan(self) -> backup.IBackupPlan:
        """The plan that selects the store, which may select others too."""
        if self._policy.plan:
            return self._policy.plan
        made = cast("backup.CfnBackupPlan", self.resources["Plan"])
        return backup.BackupPlan.from_backup_plan_id(self, "Plan", made.attr_backup_plan_id)

    def _make_vault(self, key: kms.IKey, lifecycle: Lifecycle) -> backup.BackupVault:
        return backup.BackupVault(
            self,
            "Vault",
            backup_vault_name=unique_name(self, longest=LONGEST_VAULT_NAME),
            encryption_key=key,
            removal_policy=lifecycle.removal_policy,
            block_recovery_point_deletion=lifecycle.protected,
        )


def _daily_plan(vault: backup.BackupVault, hour: int, days: float) -> Mapping[str, Any]:
    rule = {
        "RuleName": "Daily",
        "ScheduleExpression": f"cron(0 {hour} * * ? *)",
        "Lifecycle": {"DeleteAfterDays": days},
        "TargetBackupVault": vault.backup_vault_name,
    }
    return {
        "Type": "AWS::Backup::BackupPlan",
        "Properties": {"BackupPlan": {"BackupPlanName": "Plan", "BackupPlanRule": [rule]}},
    }


def _selection(arn: str, plan: str | Mapping[str, Any]) -> Mapping[str, Any]:
    role = {"Fn::GetAtt": ["Role", "Arn"]}
    return {
        "Type": "AWS::Backup::BackupSelection",
        "Properties": {
            "BackupPlanId": plan,
            "BackupSelection": {"SelectionName": "Selection", "IamRoleArn": role, "Resources": [arn]},
        },
    }


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
