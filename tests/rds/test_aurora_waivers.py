"""Waivers of the Aurora cluster: the practice is off, and everybody can read why."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
import pytest

from constructs_lib import rds
from constructs_lib.backup import BackupPolicy
from constructs_lib.notifications import AlarmTopic
from constructs_lib.practices import Practice
from constructs_lib.rds.aurora_cluster import WAIVABLE
from tests.rds.clusters import CLUSTER, ENGINES, MEMBER, member, new_cluster
from tests.rds.test_waivers import Without
from tests.synthesis import judge, template
from tests.waiving import REASON, acknowledged_for, answered, listed_for

WITHOUT: Mapping[Practice, Without] = {
    rds.AURORA_READER: Without(options={"readers": {}}),
    rds.AURORA_IAM_AUTHENTICATION: Without(says={"EnableIAMDatabaseAuthentication": False}),
    rds.AURORA_NON_DEFAULT_PORT: Without(options={"port": 3306}, says={"Port": 3306}),
    rds.AURORA_ENCRYPTION_IN_TRANSIT: Without(),
    rds.AURORA_BACKTRACK: Without(
        options={"features": rds.AuroraFeatures(backtrack_window=cdk.Duration.hours(0))},
        says={"BacktrackWindow": None},
    ),
    rds.AURORA_BACKUP_RETENTION: Without(
        options={"backup": BackupPolicy(retention=cdk.Duration.days(1))}, says={"BackupRetentionPeriod": 1}
    ),
    rds.AURORA_BACKUP_PLAN: Without(
        lacks=("AWS::Backup::BackupPlan", "AWS::Backup::BackupVault", "AWS::Backup::BackupSelection")
    ),
    rds.AURORA_DELETION_PROTECTION: Without(says={"DeletionProtection": False}),
    rds.AURORA_MINOR_UPGRADES: Without(says={"AutoMinorVersionUpgrade": False}),
    rds.AURORA_EXTENDED_SUPPORT_OFF: Without(says={"EngineLifecycleSupport": "open-source-rds-extended-support"}),
    rds.AURORA_ENHANCED_MONITORING: Without(says={"MonitoringInterval": None, "MonitoringRoleArn": None}),
    rds.AURORA_DATABASE_INSIGHTS: Without(
        says={
            "PerformanceInsightsEnabled": False,
            "DatabaseInsightsMode": None,
            "PerformanceInsightsKmsKeyId": None,
            "PerformanceInsightsRetentionPeriod": None,
        }
    ),
    rds.AURORA_LOG_EXPORTS: Without(says={"EnableCloudwatchLogsExports": None}, lacks=("AWS::Logs::LogGroup",)),
    rds.AURORA_EVENT_SUBSCRIPTION: Without(lacks=("AWS::RDS::EventSubscription",)),
    rds.AURORA_ALARMS: Without(lacks=("AWS::CloudWatch::Alarm",)),
}
WARNINGS = {
    f"Annotation::@aws-cdk/aws-rds:{name}"
    for name in (
        "noFailoverServerlessReaders",
        "provisionedReadersDontMatchWriter",
        "serverlessInHighestTier2-15",
        "serverlessInstanceCantScaleWithWriter",
    )
}


def _waive(stack: cdk.Stack, practice: Practice, **options: Any) -> rds.AuroraCluster:
    topic = AlarmTopic(stack, "Topic").topic
    given = {"alarm_topic": topic, "waive": {practice: REASON}, **WITHOUT[practice].options, **options}
    return new_cluster(stack, **given)


def test_every_waiver_is_tested_here_and_can_be_imported() -> None:
    exported = {getattr(rds, name) for name in rds.__all__ if name.startswith("AURORA_")}
    assert set(WITHOUT) == set(WAIVABLE) == exported
    assert all(getattr(rds, str(it.constant).removeprefix("rds.")) is it for it in exported)


@pytest.mark.parametrize("practice", WITHOUT, ids=lambda it: it.id)
def test_the_practice_is_off(stack: cdk.Stack, practice: Practice) -> None:
    _waive(stack, practice)
    written = template(stack)
    properties = written.properties(CLUSTER)
    expected = WITHOUT[practice]
    assert {name: properties.get(name) for name in expected.says} == expected.says
    assert [it for it in expected.lacks if written.of_type(it)] == []


def test_without_a_reader_the_writer_is_alone(stack: cdk.Stack) -> None:
    _waive(stack, rds.AURORA_READER)
    assert len(template(stack).of_type(MEMBER)) == 1


@pytest.mark.parametrize(
    "readers",
    [
        {"Small": member("r7g.large")},
        {"Late": member("r7g.4xlarge", 2)},
        {"Bursts": rds.Member(promotion_tier=3)},
        {"Bursts": rds.Member(promotion_tier=2), "Late": member("r7g.large", 9)},
    ],
)
def test_without_a_reader_that_takes_over_nothing_is_found(stack: cdk.Stack, readers: Mapping[str, rds.Member]) -> None:
    _waive(stack, rds.AURORA_READER, writer=member("r7g.4xlarge"), readers=readers)
    assert judge(stack).findings == []


@pytest.mark.parametrize(
    ("engine", "parameter"), [("postgres", "rds.force_ssl"), ("mysql", "require_secure_transport")]
)
def test_without_encryption_in_transit_nothing_forces_it(stack: cdk.Stack, engine: str, parameter: str) -> None:
    _waive(stack, rds.AURORA_ENCRYPTION_IN_TRANSIT, engine=ENGINES[engine])
    parameters = template(stack).properties("AWS::RDS::DBClusterParameterGroup").get("Parameters", {})
    assert parameter not in parameters


@pytest.mark.parametrize("practice", WITHOUT, ids=lambda it: it.id)
def test_the_reason_stands_in_template_and_report(stack: cdk.Stack, practice: Practice) -> None:
    _waive(stack, practice)
    verdict = judge(stack)
    metadata = verdict.template().only(CLUSTER)["Metadata"]
    assert metadata["constructs-lib"] == {"waived": {practice.id: REASON}}
    more = WARNINGS if practice is rds.AURORA_READER else set()
    assert acknowledged_for(verdict, REASON) == answered(practice) | more
    assert f"constructs-lib::{practice.id}" in listed_for(verdict, REASON)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("practice", WITHOUT, ids=lambda it: it.id)
def test_nothing_else_is_found(stack: cdk.Stack, practice: Practice, engine: str) -> None:
    options: dict[str, Any] = {"engine": ENGINES[engine]}
    if practice is rds.AURORA_NON_DEFAULT_PORT:
        options["port"] = {"postgres": 5432}.get(engine, 3306)
    _waive(stack, practice, **options)
    assert judge(stack).findings == []


def test_without_a_waiver_the_template_says_nothing_of_one(stack: cdk.Stack) -> None:
    new_cluster(stack)
    assert "Metadata" not in template(stack).only(CLUSTER)


@pytest.mark.parametrize("engine", ENGINES)
def test_all_waivers_hold_together(stack: cdk.Stack, engine: str) -> None:
    new_cluster(stack, engine=ENGINES[engine], waive=dict.fromkeys(WAIVABLE, REASON))
    verdict = judge(stack)
    waived = verdict.template().only(CLUSTER)["Metadata"]["constructs-lib"]["waived"]
    assert waived == {practice.id: REASON for practice in WAIVABLE}
    assert verdict.findings == []
