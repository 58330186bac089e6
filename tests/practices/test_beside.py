"""Whatever stands beside a store in its template: what is found in that is not said of the store."""

from collections.abc import Mapping
from typing import Any

import pytest

from constructs_lib import dsql, dynamodb, rds, redshift
from constructs_lib.notifications import AlarmTopic
from constructs_lib.practices.engine import Engine
from tests.dynamodb.tables import attribute
from tests.practices.judging import found
from tests.rds.clusters import MYSQL
from tests.rds.instances import POSTGRES
from tests.synthesis import new_stack, new_vpc, template


def _alarm(namespace: str, metric: str, *dimensions: Any) -> Mapping[str, Any]:
    named = [{"Name": "Other", "Value": value} for value in dimensions]
    properties = {"Namespace": namespace, "MetricName": metric, **({"Dimensions": named} if named else {})}
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}


def _selection(**properties: Any) -> Mapping[str, Any]:
    return {"Type": "AWS::Backup::BackupSelection", "Properties": {"BackupSelection": properties}}


def _subscription(**properties: Any) -> Mapping[str, Any]:
    return {"Type": "AWS::Redshift::EventSubscription", "Properties": {"SourceType": "cluster", **properties}}


def _cluster(groups: Any) -> Mapping[str, Any]:
    return {"Type": "AWS::Redshift::Cluster", "Properties": {"VpcSecurityGroupIds": groups} if groups else {}}


def _workgroup(groups: Any) -> Mapping[str, Any]:
    properties = {"SecurityGroupIds": groups} if groups else {}
    return {"Type": "AWS::RedshiftServerless::Workgroup", "Properties": properties}


LATER = {"Ref": "Later"}
BESIDE: Mapping[str, Mapping[str, Any]] = {
    "alarm of a name": _alarm("AWS/Redshift", "HealthStatus", "other"),
    "alarm of none": _alarm("AWS/Redshift", "PercentageDiskSpaceUsed"),
    "alarm of a joined name": _alarm("AWS/Redshift", "PercentageDiskSpaceUsed", {"Fn::Join": ["", ["a", LATER]]}),
    "alarm of a workgroup": _alarm("AWS/Redshift-Serverless", "ComputeCapacity", "other"),
    "alarm of no workgroup": _alarm("AWS/Redshift-Serverless", "ComputeCapacity"),
    "selection of an ARN": _selection(Resources=["arn:aws:dynamodb:eu-west-1:123456789012:table/other"]),
    "selection of an attribute": _selection(Resources=[{"Fn::GetAtt": ["Other", "Arn"]}]),
    "selection of a short attribute": _selection(Resources=[{"Fn::GetAtt": "Other.Arn"}]),
    "selection of an import": _selection(Resources=[{"Fn::ImportValue": "Other"}]),
    "selection of a parameter": _selection(Resources=[LATER]),
    "selection of a joined list": _selection(Resources=[{"Fn::Join": [":", LATER]}]),
    "selection of tags": _selection(ListOfTags=[]),
    "subscription of a name": _subscription(SourceIds=["other"]),
    "subscription of all": _subscription(),
    "cluster of groups": _cluster(["sg-0123456789abcdef0"]),
    "cluster of a parameter": _cluster(LATER),
    "cluster of none": _cluster(None),
    "workgroup of groups": _workgroup(["sg-0123456789abcdef0"]),
    "workgroup of a parameter": _workgroup(LATER),
    "workgroup of none": _workgroup(None),
    "namespace": {"Type": "AWS::RedshiftServerless::Namespace", "Properties": {}},
    "parameters": {"Type": "AWS::Redshift::ClusterParameterGroup", "Properties": {"Parameters": LATER}},
    "subnets": {"Type": "AWS::Redshift::ClusterSubnetGroup", "Properties": {"SubnetIds": LATER}},
}


@pytest.fixture(scope="module")
def stores() -> Mapping[str, Any]:
    """Two of each kind, in which nothing is found."""
    stack = new_stack()
    vpc, topic = new_vpc(stack, 3), AlarmTopic(stack, "Topic").topic
    for name in ("One", "Two"):
        redshift.Cluster(
            stack, f"{name}Cluster", vpc=vpc, availability=redshift.Availability.MULTI_AZ, alarm_topic=topic
        )
        redshift.ServerlessWorkgroup(stack, f"{name}Workgroup", vpc=vpc, alarm_topic=topic)
        rds.MultiAzInstance(stack, f"{name}Instance", engine=POSTGRES, vpc=vpc, alarm_topic=topic)
        rds.AuroraCluster(stack, f"{name}Aurora", engine=MYSQL, vpc=vpc, alarm_topic=topic)
        dynamodb.Table(stack, f"{name}Table", partition_key=attribute("id"), alarm_topic=topic)
        dsql.Cluster(stack, f"{name}Dsql", alarm_topic=topic)
    resources: Mapping[str, Any] = template(stack).resources
    return resources


@pytest.mark.parametrize("other", BESIDE.values(), ids=BESIDE)
def test_what_stands_beside_is_not_said_of_the_store(
    rules: Engine, stores: Mapping[str, Any], other: Mapping[str, Any]
) -> None:
    findings = found(rules, {"Resources": {**stores, "Beside": other}})
    assert {it.resource for it in findings} <= {"Beside"}
