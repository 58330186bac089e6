"""Waivers of the table: the practice is off, and everybody can read why."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
import pytest

from constructs_lib import consumers, dynamodb
from constructs_lib.dynamodb import table
from constructs_lib.practices import Practice
from tests.dynamodb.tables import new_table
from tests.synthesis import ENVIRONMENTS, judge, new_stack, template
from tests.waiving import REASON, acknowledged_for, answered, listed_for

TABLE = "AWS::DynamoDB::GlobalTable"
SAYS: Mapping[Practice, Mapping[str, Any]] = {
    dynamodb.POINT_IN_TIME_RECOVERY: {"PointInTimeRecoverySpecification": None},
    dynamodb.DELETION_PROTECTION: {"DeletionProtectionEnabled": False},
    dynamodb.CONTRIBUTOR_INSIGHTS: {"ContributorInsightsSpecification": None},
}
LACKS: Mapping[Practice, str] = {
    dynamodb.BACKUP_PLAN: "AWS::Backup::",
    dynamodb.ALARMS: "AWS::CloudWatch::Alarm",
}
EVERYWHERE = pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
EACH = pytest.mark.parametrize("practice", table.WAIVABLE, ids=lambda it: it.id)


def test_every_waiver_is_tested_here_and_can_be_imported() -> None:
    exported = {value for name in dynamodb.__all__ if isinstance(value := getattr(dynamodb, name), Practice)}
    assert {*SAYS, *LACKS} == set(table.WAIVABLE)
    assert exported == {*table.WAIVABLE, *consumers.WAIVABLE}


@EVERYWHERE
@pytest.mark.parametrize("practice", SAYS, ids=lambda it: it.id)
def test_the_replica_does_not_say(env: cdk.Environment | None, practice: Practice) -> None:
    stack = new_stack(env)
    new_table(stack, waive={practice: REASON})
    [replica] = template(stack).properties(TABLE)["Replicas"]
    assert {name: replica.get(name) for name in SAYS[practice]} == SAYS[practice]


@pytest.mark.parametrize("practice", LACKS, ids=lambda it: it.id)
def test_nothing_is_made(stack: cdk.Stack, practice: Practice) -> None:
    new_table(stack, waive={practice: REASON})
    assert LACKS[practice] not in str(template(stack))


@EVERYWHERE
@EACH
def test_the_reason_stands_in_template_and_report(env: cdk.Environment | None, practice: Practice) -> None:
    stack = new_stack(env)
    new_table(stack, waive={practice: REASON})
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().only(TABLE)["Metadata"]["constructs-lib"] == {"waived": {practice.id: REASON}}
    assert acknowledged_for(verdict, REASON) == answered(practice)
    assert f"constructs-lib::{practice.id}" in listed_for(verdict, REASON)


def test_all_waivers_hold_together(stack: cdk.Stack) -> None:
    new_table(stack, waive=dict.fromkeys(table.WAIVABLE, REASON))
    assert judge(stack).findings == []
