"""The table: as a whole, and what each practice writes into the template."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_backup as backup
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from syrupy.assertion import SnapshotAssertion

from constructs_lib import dynamodb
from constructs_lib.backup import BackupPolicy
from constructs_lib.dynamodb.table_alarms import OPERATIONS
from constructs_lib.lifecycle import DISPOSABLE_REASON, Lifecycle
from constructs_lib.practices import CATALOGUE, Practice
from constructs_lib.practices import dynamodb as practices
from tests.dynamodb.tables import VIEWS, attribute, full_table, index, new_table
from tests.refusing import later, problems
from tests.synthesis import ENVIRONMENTS, Template, deployed, judge, new_stack, template

TABLE = "AWS::DynamoDB::GlobalTable"
TOPIC = "AWS::SNS::Topic"
EVERYWHERE = pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)


def _replica(written: Template) -> Any:
    [replica] = written.properties(TABLE)["Replicas"]
    return replica


def test_minimal(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    new_table(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


def test_everything(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    full_table(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@EVERYWHERE
@pytest.mark.parametrize("make", [new_table, full_table])
def test_is_clean_wherever_it_is_deployed(env: cdk.Environment | None, make: Any) -> None:
    stack = new_stack(env)
    make(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    if env is None or env.region == "cn-north-1":
        assert "arn:aws:" not in str(verdict.template())


LITERALS: Mapping[Practice, Mapping[str, Any]] = {
    practices.POINT_IN_TIME_RECOVERY: {
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35}
    },
    practices.DELETION_PROTECTION: {"DeletionProtectionEnabled": True},
    practices.CONTRIBUTOR_INSIGHTS: {
        "ContributorInsightsSpecification": {"Enabled": True, "Mode": "THROTTLED_KEYS"},
    },
}
OTHERS = {practices.ENCRYPTION, practices.SCALES_WITH_DEMAND, practices.BACKUP_PLAN, practices.ALARMS}


def test_every_practice_is_tested_here() -> None:
    known = {practice for name, practice in CATALOGUE.items() if name.startswith("DYNAMODB_")}
    assert known == {*LITERALS, *OTHERS}


@EVERYWHERE
@pytest.mark.parametrize("practice", LITERALS, ids=lambda it: it.id)
def test_the_replica_says(env: cdk.Environment | None, practice: Practice) -> None:
    stack = new_stack(env)
    new_table(stack)
    replica = _replica(template(stack))
    assert {name: replica[name] for name in LITERALS[practice]} == LITERALS[practice]


@EVERYWHERE
def test_the_table_is_encrypted_with_its_own_key(env: cdk.Environment | None) -> None:
    stack = new_stack(env)
    new_table(stack)
    written = template(stack)
    assert written.properties(TABLE)["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
    assert written.type_of(_replica(written)["SSESpecification"]["KMSMasterKeyId"]) == "AWS::KMS::Key"
    assert written.properties("AWS::KMS::Key")["EnableKeyRotation"] is True


@EVERYWHERE
def test_tags_reach_the_replica(env: cdk.Environment | None) -> None:
    stack = new_stack(env)
    new_table(stack)
    cdk.Tags.of(stack).add("owner", "orders")
    assert {"Key": "owner", "Value": "orders"} in _replica(template(stack))["Tags"]


@EVERYWHERE
def test_a_resource_policy_reaches_the_replica(env: cdk.Environment | None) -> None:
    stack = new_stack(env)
    table = new_table(stack)
    statement = iam.PolicyStatement(
        actions=["dynamodb:GetItem"], principals=[iam.AccountRootPrincipal()], resources=["*"]
    )
    table.table.add_to_resource_policy(statement)
    [written] = _replica(template(stack))["ResourcePolicy"]["PolicyDocument"]["Statement"]
    assert written["Action"] == "dynamodb:GetItem"


@EVERYWHERE
def test_grants_are_those_of_the_table(env: cdk.Environment | None) -> None:
    stack = new_stack(env)
    role = iam.Role(stack, "Role", assumed_by=iam.AccountRootPrincipal())
    new_table(stack).table.grant_read_data(role)
    assert "dynamodb:Query" in str(template(stack).only("AWS::IAM::Policy"))


@pytest.mark.parametrize(
    ("capacity", "says"),
    [
        (dynamodb.OnDemand(), {"BillingMode": "PAY_PER_REQUEST"}),
        (
            dynamodb.OnDemand(max_write_units=50),
            {
                "BillingMode": "PAY_PER_REQUEST",
                "WriteOnDemandThroughputSettings": {"MaxWriteRequestUnits": 50},
            },
        ),
        (
            dynamodb.Provisioned(min_read_units=1, max_read_units=10, min_write_units=2, max_write_units=20),
            {
                "BillingMode": "PROVISIONED",
                "WriteProvisionedThroughputSettings": {
                    "WriteCapacityAutoScalingSettings": {
                        "MinCapacity": 2,
                        "MaxCapacity": 20,
                        "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 70},
                    }
                },
            },
        ),
    ],
    ids=["on demand", "on demand with a ceiling", "provisioned"],
)
def test_capacity_follows_the_traffic(
    stack: cdk.Stack, capacity: dynamodb.OnDemand | dynamodb.Provisioned, says: Mapping[str, Any]
) -> None:
    new_table(stack, capacity=capacity)
    verdict = judge(stack)
    properties = verdict.template().properties(TABLE)
    assert {name: properties[name] for name in says} == says
    assert verdict.findings == []


@EVERYWHERE
@pytest.mark.parametrize(
    "capacity",
    [
        dynamodb.OnDemand(max_read_units=40),
        dynamodb.Provisioned(min_read_units=1, max_read_units=10, min_write_units=2, max_write_units=20),
    ],
    ids=lambda it: type(it).__name__,
)
def test_read_capacity_reaches_the_replica(env: cdk.Environment | None, capacity: Any) -> None:
    stack = new_stack(env)
    new_table(stack, capacity=capacity)
    replica = _replica(template(stack))
    if isinstance(capacity, dynamodb.OnDemand):
        assert replica["ReadOnDemandThroughputSettings"] == {"MaxReadRequestUnits": 40}
    else:
        settings = replica["ReadProvisionedThroughputSettings"]["ReadCapacityAutoScalingSettings"]
        assert (settings["MinCapacity"], settings["MaxCapacity"]) == (1, 10)


@EVERYWHERE
def test_indexes_reach_the_replica(env: cdk.Environment | None) -> None:
    stack = new_stack(env)
    capacity = dynamodb.Provisioned(min_read_units=1, max_read_units=10, min_write_units=1, max_write_units=10)
    new_table(stack, capacity=capacity, global_secondary_indexes=[index("by-status")])
    written = template(stack)
    assert [it["IndexName"] for it in written.properties(TABLE)["GlobalSecondaryIndexes"]] == ["by-status"]
    assert [it["IndexName"] for it in _replica(written)["GlobalSecondaryIndexes"]] == ["by-status"]


@pytest.mark.parametrize(
    "capacity",
    [
        dynamodb.OnDemand(max_read_units=40, max_write_units=20),
        dynamodb.Provisioned(min_read_units=1, max_read_units=10, min_write_units=2, max_write_units=20),
    ],
    ids=lambda it: type(it).__name__,
)
def test_the_replica_is_the_same_without_a_region(capacity: Any) -> None:
    replicas = []
    for env in (None, ENVIRONMENTS["ireland"]):
        stack = new_stack(env)
        table = new_table(stack, capacity=capacity, global_secondary_indexes=[index("by-status")])
        table.table.add_global_secondary_index(index_name="late", partition_key=attribute("day"))
        replicas.append(_replica(template(stack)))
    agnostic, named = ({**it, "Region": "", "SSESpecification": ""} for it in replicas)
    assert agnostic == named
    assert [it["IndexName"] for it in agnostic["GlobalSecondaryIndexes"]] == ["by-status", "late"]


def test_the_schema_is_what_was_said(stack: cdk.Stack) -> None:
    new_table(
        stack,
        sort_key=attribute("placed_at", "NUMBER"),
        stream=VIEWS.KEYS_ONLY,
        expiry_attribute="expires_at",
    )
    properties = template(stack).properties(TABLE)
    assert properties["KeySchema"] == [
        {"AttributeName": "customer", "KeyType": "HASH"},
        {"AttributeName": "placed_at", "KeyType": "RANGE"},
    ]
    assert properties["StreamSpecification"] == {"StreamViewType": "KEYS_ONLY"}
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_is_retained_unless_told_otherwise(stack: cdk.Stack) -> None:
    new_table(stack)
    table = template(stack).only(TABLE)
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")


@EVERYWHERE
def test_disposable_leaves_nothing_behind_and_says_so(env: cdk.Environment | None) -> None:
    stack = new_stack(env)
    new_table(stack, lifecycle=Lifecycle.DISPOSABLE)
    verdict = judge(stack)
    written = verdict.template()
    assert verdict.findings == []
    assert _replica(written)["DeletionProtectionEnabled"] is False
    assert [name for name, it in written.resources.items() if it.get("DeletionPolicy", "Delete") != "Delete"] == []
    assert written.only(TABLE)["Metadata"]["constructs-lib"] == {
        "waived": {dynamodb.DELETION_PROTECTION.id: DISPOSABLE_REASON}
    }


def test_a_daily_backup_selects_the_table(stack: cdk.Stack) -> None:
    new_table(stack, backup=BackupPolicy(retention=cdk.Duration.days(14)))
    written = template(stack)
    [rule] = written.properties("AWS::Backup::BackupPlan")["BackupPlan"]["BackupPlanRule"]
    [arn] = written.properties("AWS::Backup::BackupSelection")["BackupSelection"]["Resources"]
    assert rule["Lifecycle"] == {"DeleteAfterDays": 14}
    assert _replica(written)["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"] == 14
    assert written.type_of(arn) == TABLE


def test_a_key_that_is_given_encrypts_everything(stack: cdk.Stack) -> None:
    table = new_table(stack, key=kms.Key(stack, "Given", enable_key_rotation=True))
    written = template(stack)
    [key] = written.of_type("AWS::KMS::Key")
    assert table.key.node.path == "Stack/Given"
    assert _replica(written)["SSESpecification"] == {"KMSMasterKeyId": {"Fn::GetAtt": [key, "Arn"]}}
    assert written.properties("AWS::Backup::BackupVault")["EncryptionKeyArn"] == {"Fn::GetAtt": [key, "Arn"]}


def test_a_backup_plan_that_is_given_selects_the_table(stack: cdk.Stack) -> None:
    new_table(stack, backup=BackupPolicy(plan=backup.BackupPlan.from_backup_plan_id(stack, "Plan", "given")))
    written = template(stack)
    assert written.properties("AWS::Backup::BackupSelection")["BackupPlanId"] == "given"
    assert not written.of_type("AWS::Backup::BackupVault")


METRICS = {
    "ReadThrottleEvents",
    "WriteThrottleEvents",
    "ConsumedReadCapacityUnits",
    "ConsumedWriteCapacityUnits",
    "SystemErrors",
}


def test_alarms_watch_the_table_and_reach_the_topic(stack: cdk.Stack) -> None:
    arn = "arn:aws:sns:eu-west-1:123456789012:alarms"
    table = new_table(stack, alarm_topic=sns.Topic.from_topic_arn(stack, "Topic", arn))
    written = template(stack)
    alarms = [alarm["Properties"] for alarm in written.of_type("AWS::CloudWatch::Alarm").values()]
    assert table.alarms
    assert set(table.alarms.by_metric) == METRICS
    assert {alarm.get("MetricName", "SystemErrors") for alarm in alarms} == {*METRICS, "UserErrors"}
    assert all(alarm["AlarmActions"] == alarm["OKActions"] == [arn] for alarm in alarms)


def test_system_errors_are_added_up_over_the_operations(stack: cdk.Stack) -> None:
    new_table(stack)
    alarms = template(stack).of_type("AWS::CloudWatch::Alarm").values()
    [metrics] = [alarm["Properties"]["Metrics"] for alarm in alarms if "Metrics" in alarm["Properties"]]
    watched = [metric["MetricStat"]["Metric"] for metric in metrics if "MetricStat" in metric]
    dimensions = [{it["Name"]: deployed(it["Value"]) for it in metric["Dimensions"]} for metric in watched]
    assert [dimension["Operation"] for dimension in dimensions] == list(OPERATIONS)
    assert {metric["MetricName"] for metric in watched} == {"SystemErrors"}
    assert all(dimension["TableName"].startswith("<Orders") for dimension in dimensions)


@pytest.mark.parametrize(
    ("capacity", "reads", "writes"),
    [
        (dynamodb.OnDemand(), 1_920_000, 1_920_000),
        (dynamodb.OnDemand(max_read_units=100), 4_800, 1_920_000),
        (
            dynamodb.Provisioned(min_read_units=1, max_read_units=10, min_write_units=1, max_write_units=20),
            480,
            960,
        ),
    ],
)
def test_capacity_alarms_fit_the_limit(stack: cdk.Stack, capacity: Any, reads: int, writes: int) -> None:
    alarms = new_table(stack, capacity=capacity).alarms
    assert alarms
    assert alarms.by_metric["ConsumedReadCapacityUnits"].threshold == reads
    assert alarms.by_metric["ConsumedWriteCapacityUnits"].threshold == writes


def test_user_errors_are_watched_once_in_a_stack(stack: cdk.Stack) -> None:
    for name in ("One", "Two"):
        dynamodb.Table(stack, name, partition_key=attribute("id"))
    verdict = judge(stack)
    alarms = verdict.template().of_type("AWS::CloudWatch::Alarm").values()
    assert verdict.findings == []
    assert [alarm["Properties"].get("MetricName") for alarm in alarms].count("UserErrors") == 1


def test_the_first_topic_of_a_table_receives_the_alarms_of_the_account(stack: cdk.Stack) -> None:
    topics = [sns.Topic(stack, f"Topic{number}") for number in range(2)]
    for name, topic in zip(("None", "One", "Two"), (None, *topics), strict=True):
        dynamodb.Table(stack, name, partition_key=attribute("id"), alarm_topic=topic)
    alarms = template(stack).of_type("AWS::CloudWatch::Alarm").values()
    [alarm] = [it["Properties"] for it in alarms if it["Properties"].get("MetricName") == "UserErrors"]
    assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": next(iter(template(stack).of_type(TOPIC)))}]


@pytest.mark.parametrize("option", ["partition_key", "sort_key", "expiry_attribute"])
def test_a_name_known_only_at_deployment_is_not_judged(stack: cdk.Stack, option: str) -> None:
    later = cdk.CfnParameter(stack, "Later").value_as_string
    new_table(stack, **{option: later if option == "expiry_attribute" else attribute(later)})
    assert '{"Ref": "Later"}' in str(template(stack))


def test_units_known_only_at_deployment_are_refused(stack: cdk.Stack) -> None:
    units: Any = cdk.CfnParameter(stack, "Later", type="Number").value_as_number
    assert problems(lambda: dynamodb.OnDemand(max_read_units=units)) == [later("max_read_units")]
    assert problems(lambda: dynamodb.Provisioned(1, units, 1, 5)) == [later("max_read_units")]
