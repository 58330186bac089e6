"""Waivers of cluster and workgroup: the practice is off, and everybody can read why."""

from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest

from constructs_lib import redshift
from constructs_lib.backup import BackupPolicy
from constructs_lib.notifications import AlarmTopic
from constructs_lib.practices import Practice
from constructs_lib.redshift import cluster, serverless_workgroup, user
from tests.redshift.warehouses import new_cluster, new_workgroup
from tests.synthesis import judge
from tests.waiving import REASON, acknowledged_for, answered, listed_for

Make = Callable[..., Any]


def _with_a_role(make: Make) -> Make:
    """Make a warehouse with a role inside, and so with the function that makes it."""

    def both(stack: cdk.Stack, **options: Any) -> None:
        redshift.Role(stack, "Reader", warehouse=make(stack, **options), name="reader")

    return both


MAKES: Mapping[Practice, Make] = {
    **dict.fromkeys(cluster.WAIVABLE, new_cluster),
    **dict.fromkeys(serverless_workgroup.WAIVABLE, new_workgroup),
    redshift.RESERVED_CONCURRENCY: _with_a_role(new_cluster),
}
PERMITS: Mapping[Practice, Mapping[str, Any]] = {
    redshift.NON_DEFAULT_PORT: {"port": 5439},
    redshift.SERVERLESS_NON_DEFAULT_PORT: {"port": 5439},
    redshift.BACKUP_RETENTION: {"backup": BackupPolicy(retention=cdk.Duration.days(1))},
}
SAYS: Mapping[Practice, str] = {
    redshift.NON_DEFAULT_PORT: '"Port": 5439',
    redshift.ENCRYPTION_IN_TRANSIT: '{"ParameterName": "require_ssl", "ParameterValue": "false"}',
    redshift.ENHANCED_VPC_ROUTING: '"EnhancedVpcRouting": false',
    redshift.AUDIT_LOGGING: '{"ParameterName": "enable_user_activity_logging", "ParameterValue": "false"}',
    redshift.BACKUP_RETENTION: '"AutomatedSnapshotRetentionPeriod": 1',
    redshift.VERSION_UPGRADES: '"AllowVersionUpgrade": false',
    redshift.SERVERLESS_NON_DEFAULT_PORT: '"Port": 5439',
    redshift.SERVERLESS_ENCRYPTION_IN_TRANSIT: '{"ParameterKey": "require_ssl", "ParameterValue": "false"}',
    redshift.SERVERLESS_ENHANCED_VPC_ROUTING: '"EnhancedVpcRouting": false',
    redshift.SERVERLESS_AUDIT_LOGGING: '{"ParameterKey": "enable_user_activity_logging", "ParameterValue": "false"}',
}
LACKS: Mapping[Practice, str] = {
    redshift.AUDIT_LOGGING: "AWS::Logs::LogGroup",
    redshift.BACKUP_PLAN: "AWS::Backup::",
    redshift.EVENT_SUBSCRIPTION: "AWS::Redshift::EventSubscription",
    redshift.ALARMS: "AWS::CloudWatch::Alarm",
    redshift.RESERVED_CONCURRENCY: "ReservedConcurrentExecutions",
    redshift.SERVERLESS_AUDIT_LOGGING: "AWS::Logs::LogGroup",
    redshift.SERVERLESS_BACKUP_PLAN: "AWS::Backup::",
    redshift.SERVERLESS_ALARMS: "AWS::CloudWatch::Alarm",
}


def test_every_waiver_is_tested_here_and_can_be_imported() -> None:
    exported = {value for name in redshift.__all__ if isinstance(value := getattr(redshift, name), Practice)}
    assert exported - set(user.WAIVABLE) == set(MAKES) == {*SAYS, *LACKS}


@pytest.mark.parametrize("practice", MAKES, ids=lambda it: it.id)
def test_the_practice_is_off_and_the_reason_stands_in_template_and_report(stack: cdk.Stack, practice: Practice) -> None:
    topic = AlarmTopic(stack, "Topic").topic
    MAKES[practice](stack, alarm_topic=topic, waive={practice: REASON}, **PERMITS.get(practice, {}))
    verdict = judge(stack)
    written = str(verdict.template())
    assert verdict.findings == []
    assert SAYS.get(practice, "") in written
    assert LACKS.get(practice, "no such type") not in written
    assert f'{{"waived": {{"{practice.id}": "{REASON}"}}}}' in written
    assert acknowledged_for(verdict, REASON) == answered(practice)
    assert f"constructs-lib::{practice.id}" in listed_for(verdict, REASON)


def test_a_workgroup_leaves_the_concurrency_of_its_function_to_the_account(stack: cdk.Stack) -> None:
    _with_a_role(new_workgroup)(stack, waive={redshift.RESERVED_CONCURRENCY: REASON})
    verdict = judge(stack)
    assert verdict.findings == []
    assert "ReservedConcurrentExecutions" not in str(verdict.template())
    assert acknowledged_for(verdict, REASON) == answered(redshift.RESERVED_CONCURRENCY)


def test_all_waivers_of_a_cluster_hold_together(stack: cdk.Stack) -> None:
    new_cluster(stack, waive=dict.fromkeys(cluster.WAIVABLE, REASON))
    assert judge(stack).findings == []


def test_all_waivers_of_a_workgroup_hold_together(stack: cdk.Stack) -> None:
    new_workgroup(stack, waive=dict.fromkeys(serverless_workgroup.WAIVABLE, REASON))
    assert judge(stack).findings == []
