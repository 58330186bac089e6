"""Custom endpoints of an Aurora cluster, and readers that come and go."""

from typing import Any

import aws_cdk as cdk
import pytest

from constructs_lib import rds
from tests.rds.clusters import MEMBER, SERVERLESS, member, new_cluster
from tests.synthesis import deployed, judge, template

ENDPOINT = "AWS::RDS::DBClusterEndpoint"
READERS = {"One": member("r7g.large"), "Analytics": member("r7g.4xlarge", 15)}


def _names(references: list[Any]) -> list[str]:
    """Return the members that are referred to, by the ends of their paths."""
    return [it["Ref"].removeprefix("OrdersCluster")[:-8] for it in references]


@pytest.mark.parametrize(
    ("options", "type", "static", "excluded"),
    [
        ({"members": ["Analytics"]}, "READER", ["Analytics"], []),
        ({"members": ["Analytics", "One"]}, "READER", ["Analytics", "One"], []),
        ({"members": ["Writer", "One"], "type": "ANY"}, "ANY", ["Writer", "One"], []),
        ({"excluded": ["Analytics"]}, "READER", [], ["Analytics"]),
        ({"excluded": ["Writer"], "type": "ANY"}, "ANY", [], ["Writer"]),
        ({"type": "ANY"}, "ANY", [], []),
        ({}, "READER", [], []),
    ],
)
def test_an_endpoint_leads_to(
    stack: cdk.Stack, options: dict[str, Any], type: str, static: list[str], excluded: list[str]
) -> None:
    endpoint = new_cluster(stack, readers=READERS).add_endpoint("reporting", **options)
    cdk.CfnOutput(stack, "Address", value=endpoint.address)
    verdict = judge(stack)
    written = verdict.template()
    properties = written.properties(ENDPOINT)
    [logical_id] = written.of_type(ENDPOINT)
    assert properties["CustomEndpointType"] == type
    assert _names(properties.get("StaticMembers", [])) == static
    assert _names(properties.get("ExcludedMembers", [])) == excluded
    assert set(written.only(ENDPOINT)["DependsOn"]) == set(written.of_type(MEMBER))
    assert written.content["Outputs"]["Address"]["Value"] == {"Fn::GetAtt": [logical_id, "Endpoint"]}
    assert verdict.findings == []


def test_an_endpoint_is_named_after_its_path(stack: cdk.Stack) -> None:
    new_cluster(stack).add_endpoint("reporting")
    name = deployed(template(stack).properties(ENDPOINT)["DBClusterEndpointIdentifier"])
    assert name.startswith("stack-orders-endpoints-reporting-")


@pytest.mark.parametrize(
    ("options", "metric", "target"),
    [
        ({"cpu_percent": 60}, "RDSReaderAverageCPUUtilization", 60),
        ({"connections": 500}, "RDSReaderAverageDatabaseConnections", 500),
    ],
)
def test_readers_scale(stack: cdk.Stack, options: dict[str, Any], metric: str, target: float) -> None:
    cluster = new_cluster(stack, readers={**READERS, "Bursts": SERVERLESS})
    cluster.scale_readers(maximum=12, minimum=2, scale_out_cooldown=cdk.Duration.minutes(1), **options)
    verdict = judge(stack)
    written = verdict.template()
    scaled = written.properties("AWS::ApplicationAutoScaling::ScalableTarget")
    policy = written.properties("AWS::ApplicationAutoScaling::ScalingPolicy")
    assert deployed(scaled["ResourceId"]).startswith("cluster:<OrdersCluster")
    assert (scaled["ScalableDimension"], scaled["ServiceNamespace"]) == ("rds:cluster:ReadReplicaCount", "rds")
    assert (scaled["MinCapacity"], scaled["MaxCapacity"]) == (2, 12)
    assert policy["TargetTrackingScalingPolicyConfiguration"] == {
        "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
        "ScaleInCooldown": 300,
        "ScaleOutCooldown": 60,
        "TargetValue": target,
    }
    assert verdict.findings == []


def test_a_construct_hands_out_what_it_made(stack: cdk.Stack) -> None:
    cluster = new_cluster(stack, readers=READERS)
    endpoint = cluster.add_endpoint("reporting", members=["Analytics"])
    assert endpoint.node.path == "Stack/Orders/Endpoints/reporting"
    assert cluster.scale_readers(maximum=3, cpu_percent=50).node.path == "Stack/Orders/ReaderScaling"
    assert isinstance(cluster, rds.AuroraCluster)
