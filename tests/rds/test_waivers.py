"""Waivers of the Multi-AZ DB instance: the practice is off, and everybody can read why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aws_cdk as cdk
import pytest

from constructs_lib import rds
from constructs_lib.backup import BackupPolicy
from constructs_lib.notifications import AlarmTopic
from constructs_lib.practices import Practice
from constructs_lib.rds.multi_az_instance import WAIVABLE
from tests.rds.instances import ENGINES, new_instance
from tests.synthesis import judge, template
from tests.waiving import REASON, acknowledged_for, answered, listed_for

INSTANCE = "AWS::RDS::DBInstance"


@dataclass(frozen=True)
class Without:
    """What a template looks like without a practice.

    Args:
        options: What the waiver permits, and shows that it is needed.
        says: The properties of the instance.
        lacks: The types of resources that are not there.
    """

    options: Mapping[str, Any] = field(default_factory=dict)
    says: Mapping[str, Any] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()


WITHOUT: Mapping[Practice, Without] = {
    rds.MULTI_AZ: Without(says={"MultiAZ": False}),
    rds.IAM_AUTHENTICATION: Without(says={"EnableIAMDatabaseAuthentication": None}),
    rds.NON_DEFAULT_PORT: Without(options={"port": 5432}, says={"Port": "5432"}),
    rds.ENCRYPTION_IN_TRANSIT: Without(),
    rds.BACKUP_RETENTION: Without(
        options={"backup": BackupPolicy(retention=cdk.Duration.days(1))}, says={"BackupRetentionPeriod": 1}
    ),
    rds.BACKUP_PLAN: Without(
        lacks=("AWS::Backup::BackupPlan", "AWS::Backup::BackupVault", "AWS::Backup::BackupSelection")
    ),
    rds.DELETION_PROTECTION: Without(says={"DeletionProtection": False}),
    rds.STORAGE: Without(says={"MaxAllocatedStorage": None}),
    rds.MINOR_UPGRADES: Without(says={"AutoMinorVersionUpgrade": False}),
    rds.EXTENDED_SUPPORT_OFF: Without(says={"EngineLifecycleSupport": "open-source-rds-extended-support"}),
    rds.ENHANCED_MONITORING: Without(says={"MonitoringInterval": None, "MonitoringRoleArn": None}),
    rds.DATABASE_INSIGHTS: Without(
        says={
            "EnablePerformanceInsights": False,
            "DatabaseInsightsMode": None,
            "PerformanceInsightsKMSKeyId": None,
            "PerformanceInsightsRetentionPeriod": None,
        }
    ),
    rds.LOG_EXPORTS: Without(says={"EnableCloudwatchLogsExports": None}, lacks=("AWS::Logs::LogGroup",)),
    rds.EVENT_SUBSCRIPTION: Without(lacks=("AWS::RDS::EventSubscription",)),
    rds.ALARMS: Without(lacks=("AWS::CloudWatch::Alarm",)),
}


def _waive(stack: cdk.Stack, practice: Practice, **options: Any) -> rds.MultiAzInstance:
    topic = AlarmTopic(stack, "Topic").topic
    given = {"alarm_topic": topic, "waive": {practice: REASON}, **WITHOUT[practice].options, **options}
    return new_instance(stack, **given)


def test_every_waiver_is_tested_here_and_can_be_imported() -> None:
    values = (getattr(rds, name) for name in rds.__all__ if not name.startswith("AURORA_"))
    exported = {value for value in values if isinstance(value, Practice)}
    assert set(WITHOUT) == set(WAIVABLE) == exported


@pytest.mark.parametrize("practice", WITHOUT, ids=lambda it: it.id)
def test_the_practice_is_off(stack: cdk.Stack, practice: Practice) -> None:
    _waive(stack, practice)
    written = template(stack)
    properties = written.properties(INSTANCE)
    expected = WITHOUT[practice]
    assert {name: properties.get(name) for name in expected.says} == expected.says
    assert [it for it in expected.lacks if written.of_type(it)] == []


@pytest.mark.parametrize(
    ("engine", "parameter"),
    [
        ("postgres", "rds.force_ssl"),
        ("mysql", "require_secure_transport"),
        ("mariadb", "require_secure_transport"),
        ("sqlserver-se", "rds.force_ssl"),
    ],
)
def test_without_encryption_in_transit_nothing_forces_it(stack: cdk.Stack, engine: str, parameter: str) -> None:
    _waive(stack, rds.ENCRYPTION_IN_TRANSIT, engine=ENGINES[engine])
    parameters = template(stack).properties("AWS::RDS::DBParameterGroup").get("Parameters", {})
    assert parameters.get(parameter, "0") == "0"


def test_without_encryption_in_transit_oracle_needs_no_option_group(stack: cdk.Stack) -> None:
    _waive(stack, rds.ENCRYPTION_IN_TRANSIT, engine=ENGINES["oracle-se2"])
    assert not template(stack).of_type("AWS::RDS::OptionGroup")


@pytest.mark.parametrize("engine", ["mysql", "mariadb"])
def test_without_log_exports_nothing_fills_the_logs(stack: cdk.Stack, engine: str) -> None:
    _waive(stack, rds.LOG_EXPORTS, engine=ENGINES[engine])
    written = template(stack)
    assert not written.of_type("AWS::RDS::OptionGroup")
    assert written.properties("AWS::RDS::DBParameterGroup")["Parameters"] == {"require_secure_transport": "1"}


@pytest.mark.parametrize("practice", WITHOUT)
def test_the_reason_stands_in_template_and_report(stack: cdk.Stack, practice: Practice) -> None:
    _waive(stack, practice)
    verdict = judge(stack)
    metadata = verdict.template().only(INSTANCE)["Metadata"]
    assert metadata["constructs-lib"] == {"waived": {practice.id: REASON}}
    assert acknowledged_for(verdict, REASON) == answered(practice)
    assert f"constructs-lib::{practice.id}" in listed_for(verdict, REASON)


@pytest.mark.parametrize(
    ("practice", "engine"),
    [
        pytest.param(
            practice,
            engine,
            id=f"{practice.id}-{engine}",
        )
        for practice in WITHOUT
        for engine in ENGINES
    ],
)
def test_nothing_else_is_found(stack: cdk.Stack, practice: Practice, engine: str) -> None:
    options: dict[str, Any] = {"engine": ENGINES[engine]}
    if practice is rds.NON_DEFAULT_PORT:
        options["port"] = {"postgres": 5432, "sqlserver-se": 1433, "oracle-se2": 1521}.get(engine, 3306)
    _waive(stack, practice, **options)
    assert judge(stack).findings == []


@pytest.mark.parametrize(("waive", "grows"), [({}, True), ({rds.STORAGE: REASON}, False)])
def test_the_alarm_says_whether_the_storage_grows(stack: cdk.Stack, waive: Mapping[Practice, str], grows: bool) -> None:
    new_instance(stack, waive=waive)
    alarms = [it["Properties"] for it in template(stack).of_type("AWS::CloudWatch::Alarm").values()]
    [why] = [it["AlarmDescription"] for it in alarms if it["MetricName"] == "FreeStorageSpace"]
    assert ("RDS adds storage" in why) is grows
    assert ("does not grow by itself" in why) is not grows


def test_without_a_waiver_the_template_says_nothing_of_one(stack: cdk.Stack) -> None:
    new_instance(stack)
    assert "Metadata" not in template(stack).only(INSTANCE)


def test_all_waivers_hold_together(stack: cdk.Stack) -> None:
    new_instance(stack, waive=dict.fromkeys(WAIVABLE, REASON))
    verdict = judge(stack)
    waived = verdict.template().only(INSTANCE)["Metadata"]["constructs-lib"]["waived"]
    assert waived == {practice.id: REASON for practice in WAIVABLE}
    assert verdict.findings == []
