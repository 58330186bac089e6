"""How long backups are kept."""

import aws_cdk as cdk
import pytest
from aws_cdk import Duration
from aws_cdk import aws_kms as kms

from constructs_lib.backup import BackupPolicy, StoreBackup
from constructs_lib.errors import Problem
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.permissions import Permission
from tests.refusing import later, problems
from tests.synthesis import judge

LONGER = "Longer retention belongs in an AWS Backup plan of your own: give it as plan."


@pytest.mark.parametrize(
    ("retention", "expected"),
    [
        (Duration.days(0), Problem("retention", "0", "1 to 35 days", LONGER)),
        (Duration.days(36), Problem("retention", "36", "1 to 35 days", LONGER)),
        (Duration.hours(36), Problem("retention", "1 day 12 hours", "whole days", "Write cdk.Duration.days(n).")),
        (7, Problem("retention", "7", "Duration", "Write a cdk.Duration, such as cdk.Duration.minutes(5).")),
    ],
)
def test_a_retention_is_refused_with_what_to_do(retention: Duration, expected: Problem) -> None:
    assert problems(lambda: BackupPolicy(retention=retention)) == [expected]


@pytest.mark.parametrize(
    ("retention", "days"), [(Duration.days(1), 1), (Duration.days(35), 35), (Duration.hours(48), 2)]
)
def test_whole_days_are_taken(retention: Duration, days: int) -> None:
    assert BackupPolicy(retention=retention).days == days


def test_35_days_are_kept_unless_told_otherwise() -> None:
    assert BackupPolicy().days == 35


def test_a_retention_known_only_at_deployment_is_refused(stack: cdk.Stack) -> None:
    days = cdk.CfnParameter(stack, "Later", type="Number").value_as_number
    assert problems(lambda: BackupPolicy(retention=Duration.days(days))) == [later("retention")]


def _back_up(stack: cdk.Stack, name: str, policy: BackupPolicy = BackupPolicy()) -> StoreBackup:
    arn = f"arn:aws:dynamodb:eu-west-1:123456789012:table/{name}"
    return StoreBackup(
        stack,
        name,
        arn=arn,
        permissions=[Permission(actions=("dynamodb:StartAwsBackupJob",), resources=(arn,))],
        policy=policy,
        key=kms.Key(stack, f"{name}Key", enable_key_rotation=True),
        lifecycle=Lifecycle.RETAINED,
    )


def test_the_plan_of_one_store_selects_another(stack: cdk.Stack) -> None:
    orders = _back_up(stack, "Orders")
    _back_up(stack, "Audit", BackupPolicy(plan=orders.plan))
    verdict = judge(stack)
    written = verdict.template()
    [plan] = written.of_type("AWS::Backup::BackupPlan")
    selections = written.of_type("AWS::Backup::BackupSelection").values()
    assert len(selections) == 2
    assert [it["Properties"]["BackupPlanId"] for it in selections] == [{"Fn::GetAtt": [plan, "BackupPlanId"]}] * 2
    assert verdict.findings == []
