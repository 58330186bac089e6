"""A rule that wants another resource wants it for each store, in whatever form the store is named."""

from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest

from constructs_lib import dsql, dynamodb, rds
from constructs_lib.functions import FunctionCode
from constructs_lib.notifications import AlarmTopic
from constructs_lib.practices.engine import Engine
from tests.dynamodb.tables import CODE, VIEWS, attribute
from tests.firehose.streams import new_delivery
from tests.practices.judging import broken, found
from tests.rds.clusters import MYSQL as AURORA_MYSQL
from tests.rds.instances import POSTGRES
from tests.synthesis import new_vpc, template


def _instances(stack: cdk.Stack) -> None:
    vpc, topic = new_vpc(stack), AlarmTopic(stack, "Topic").topic
    for name in ("One", "Two"):
        rds.MultiAzInstance(stack, name, engine=POSTGRES, vpc=vpc, alarm_topic=topic)


def _clusters(stack: cdk.Stack) -> None:
    vpc, topic = new_vpc(stack), AlarmTopic(stack, "Topic").topic
    for name in ("One", "Two"):
        rds.AuroraCluster(stack, name, engine=AURORA_MYSQL, vpc=vpc, alarm_topic=topic)


def _secondaries(stack: cdk.Stack) -> None:
    vpc, topic = new_vpc(stack), AlarmTopic(stack, "Topic").topic
    origin = rds.GlobalSecondary(identifier="accounts", primary_region="us-east-1")
    for name in ("One", "Two"):
        rds.AuroraCluster(stack, name, engine=AURORA_MYSQL, vpc=vpc, alarm_topic=topic, origin=origin)


def _dsql_clusters(stack: cdk.Stack) -> None:
    topic = AlarmTopic(stack, "Topic").topic
    for name in ("One", "Two"):
        dsql.Cluster(stack, name, alarm_topic=topic)


def _tables(stack: cdk.Stack) -> None:
    topic = AlarmTopic(stack, "Topic").topic
    for name in ("One", "Two"):
        dynamodb.Table(stack, name, partition_key=attribute("id"), alarm_topic=topic)


def _consumers(stack: cdk.Stack) -> None:
    vpc, topic = new_vpc(stack), AlarmTopic(stack, "Topic").topic
    table = dynamodb.Table(stack, "Table", partition_key=attribute("id"), stream=VIEWS.KEYS_ONLY, alarm_topic=topic)
    for name in ("One", "Two"):
        code = FunctionCode(CODE, vpc=vpc)
        dynamodb.StreamConsumer(stack, name, table=table, function=code, alarm_topic=topic)


def _deliveries(stack: cdk.Stack) -> None:
    topic = AlarmTopic(stack, "Topic").topic
    for name in ("One", "Two"):
        new_delivery(stack, name, alarm_topic=topic)


@pytest.mark.parametrize(
    ("rule", "make", "type"),
    [
        ("RDS_BACKUP_PLAN", _instances, "AWS::Backup::BackupSelection"),
        ("RDS_EVENT_SUBSCRIPTION", _instances, "AWS::RDS::EventSubscription"),
        ("RDS_ALARMS", _instances, "AWS::CloudWatch::Alarm"),
        ("AURORA_BACKUP_PLAN", _clusters, "AWS::Backup::BackupSelection"),
        ("AURORA_EVENT_SUBSCRIPTION", _clusters, "AWS::RDS::EventSubscription"),
        ("AURORA_ALARMS", _clusters, "AWS::CloudWatch::Alarm"),
        ("AURORA_ALARMS", _secondaries, "AWS::CloudWatch::Alarm"),
        ("AURORA_READER", _clusters, "AWS::RDS::DBInstance"),
        ("DSQL_BACKUP_PLAN", _dsql_clusters, "AWS::Backup::BackupSelection"),
        ("DSQL_ALARMS", _dsql_clusters, "AWS::CloudWatch::Alarm"),
        ("DYNAMODB_BACKUP_PLAN", _tables, "AWS::Backup::BackupSelection"),
        ("DYNAMODB_ALARMS", _tables, "AWS::CloudWatch::Alarm"),
        ("FIREHOSE_ALARMS", _deliveries, "AWS::CloudWatch::Alarm"),
        ("LAMBDA_ITERATOR_AGE_ALARM", _consumers, "AWS::CloudWatch::Alarm"),
    ],
)
def test_what_one_store_has_does_not_excuse_the_other(
    rules: Engine, stack: cdk.Stack, rule: str, make: Callable[[cdk.Stack], None], type: str
) -> None:
    make(stack)
    content = template(stack).content
    left = {
        name: resource
        for name, resource in content["Resources"].items()
        if not (resource["Type"] == type and name.startswith("Two"))
    }
    findings = found(rules, {**content, "Resources": left})
    assert found(rules, content) == []
    assert {finding.rule for finding in findings} == {rule}
    assert all(str(finding.resource).startswith("Two") for finding in findings)


ALARM_TYPE = "AWS::CloudWatch::Alarm"
INSTANCE = {"Type": "AWS::RDS::DBInstance", "Properties": {"Engine": "postgres"}}
TABLE = {"Type": "AWS::DynamoDB::Table", "Properties": {"KeySchema": []}}
DSQL = {"Type": "AWS::DSQL::Cluster"}


def _selection(resource: Any) -> Mapping[str, Any]:
    return {"Type": "AWS::Backup::BackupSelection", "Properties": {"BackupSelection": {"Resources": [resource]}}}


@pytest.mark.parametrize(
    ("store", "arn"),
    [
        (INSTANCE, {"Fn::Join": ["", ["arn:aws:rds:eu-west-1:123456789012:db:", {"Ref": "Store"}]]}),
        (INSTANCE, {"Fn::Join": [":", ["arn", {"Ref": "AWS::Partition"}, "rds", "", "", "db", {"Ref": "Store"}]]}),
        (INSTANCE, {"Fn::GetAtt": ["Store", "DBInstanceArn"]}),
        (INSTANCE, {"Fn::Sub": "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:db:${Store}"}),
        (DSQL, {"Fn::GetAtt": ["Store", "ResourceArn"]}),
        (DSQL, {"Fn::GetAtt": "Store.ResourceArn"}),
        (DSQL, {"Fn::Sub": "arn:${AWS::Partition}:dsql:${AWS::Region}:${AWS::AccountId}:cluster/${Store}"}),
        (TABLE, {"Fn::GetAtt": ["Store", "Arn"]}),
        (TABLE, {"Fn::GetAtt": "Store.Arn"}),
        (TABLE, {"Fn::Sub": "${Store.Arn}"}),
        (TABLE, {"Fn::Sub": "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Store}"}),
    ],
)
def test_a_selection_may_name_the_store_in_any_form(rules: Engine, store: Mapping[str, Any], arn: Any) -> None:
    resources = {"Store": store, "Selection": _selection(arn)}
    failed = {finding.rule for finding in found(rules, {"Resources": resources})}
    assert not failed & {"RDS_BACKUP_PLAN", "DSQL_BACKUP_PLAN", "DYNAMODB_BACKUP_PLAN"}


def test_an_alarm_names_the_table(rules: Engine) -> None:
    alarms = {
        f"{kind}s": {
            "Type": ALARM_TYPE,
            "Properties": {
                "Namespace": "AWS/DynamoDB",
                "MetricName": f"{kind}ThrottleEvents",
                "Dimensions": [{"Name": "TableName", "Value": {"Ref": "Store"}}],
            },
        }
        for kind in ("Read", "Write")
    }
    failed = {finding.rule for finding in found(rules, {"Resources": {"Store": TABLE, **alarms}})}
    assert "DYNAMODB_ALARMS" not in failed


@pytest.mark.parametrize("named", [{"Ref": "Store"}, {"Fn::GetAtt": ["Store", "Identifier"]}], ids=["Ref", "GetAtt"])
def test_an_alarm_names_the_cluster_in_any_form(rules: Engine, named: Any) -> None:
    alarms = {
        metric: {
            "Type": ALARM_TYPE,
            "Properties": {
                "Namespace": "AWS/AuroraDSQL",
                "MetricName": metric,
                "Dimensions": [{"Name": "ClusterId", "Value": named}],
            },
        }
        for metric in ("QueryTimeouts", "ClusterStorageSize")
    }
    assert ("DSQL_ALARMS", "Store") not in broken(rules, {"Store": DSQL, **alarms})
    assert ("DSQL_ALARMS", "Other") in broken(rules, {"Store": DSQL, "Other": DSQL, **alarms})
    for metric in alarms:
        left = {name: alarm for name, alarm in alarms.items() if name != metric}
        assert ("DSQL_ALARMS", "Store") in broken(rules, {"Store": DSQL, **left})
