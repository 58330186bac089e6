"""Custom endpoints of an Aurora cluster, and readers that come and go."""

from typing import Any

import aws_cdk as cdk
import pytest

from constructs_lib import rds
from constructs_lib.errors import Problem
from constructs_lib.practices.engine import Engine
from constructs_lib.rds.custom_endpoint import REGIONS_WITHOUT_ENDPOINTS
from tests.rds.clusters import MEMBER, SERVERLESS, member, new_cluster
from tests.rds.regions import regions_without
from tests.refusing import problems
from tests.synthesis import ACCOUNT, deployed, judge, new_stack, template

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


GROUPED = {
    "One": member("r7g.large"),
    "Daily": rds.Member(promotion_tier=14, group="analytics"),
    "Hourly": rds.Member(promotion_tier=15, group="analytics"),
    "Search": rds.Member(promotion_tier=15, group="search-index"),
}


@pytest.mark.parametrize(
    ("options", "static", "excluded"),
    [
        ({"members": ["analytics"]}, ["Daily", "Hourly"], []),
        ({"members": ["analytics", "One"]}, ["Daily", "Hourly", "One"], []),
        ({"members": ["Hourly", "analytics"]}, ["Hourly", "Daily"], []),
        ({"members": ["search-index", "Writer"], "type": "ANY"}, ["Search", "Writer"], []),
        ({"excluded": ["analytics"]}, [], ["Daily", "Hourly"]),
        ({"excluded": ["analytics", "search-index"]}, [], ["Daily", "Hourly", "Search"]),
    ],
)
def test_an_endpoint_leads_to_a_group(
    stack: cdk.Stack, options: dict[str, Any], static: list[str], excluded: list[str]
) -> None:
    new_cluster(stack, readers=GROUPED).add_endpoint("reporting", **options)
    verdict = judge(stack)
    properties = verdict.template().properties(ENDPOINT)
    assert _names(properties.get("StaticMembers", [])) == static
    assert _names(properties.get("ExcludedMembers", [])) == excluded
    assert verdict.findings == []


@pytest.mark.parametrize("option", ["members", "excluded"])
def test_a_group_that_is_not_there_is_refused_with_those_that_are(stack: cdk.Stack, option: str) -> None:
    cluster = new_cluster(stack, readers=GROUPED)
    wrong: dict[str, Any] = {option: ["analysis"]}
    assert problems(lambda: cluster.add_endpoint("reporting", **wrong)) == [
        Problem(
            option,
            "'analysis'",
            "Writer, One, Daily, Hourly, Search; groups: analytics, search-index",
            "Name members as readers= does, the writer, or groups as rds.Member does.",
        )
    ]


def test_a_group_of_readers_has_no_writer(stack: cdk.Stack) -> None:
    cluster = new_cluster(stack, writer=rds.Member(group="all"), readers={"One": rds.Member(group="all")})
    [problem] = problems(lambda: cluster.add_endpoint("reporting", members=["all"]))
    assert (problem.option, problem.allowed) == ("members", "readers, in an endpoint of type READER")
    cluster.add_endpoint("everything", members=["all"], type="ANY")
    assert _names(template(stack).properties(ENDPOINT)["StaticMembers"]) == ["Writer", "One"]


def test_a_group_is_not_called_like_a_member(stack: cdk.Stack) -> None:
    found = problems(
        lambda: new_cluster(
            stack,
            writer=rds.Member(group="One"),
            readers={"One": rds.Member(), "Two": rds.Member(group="Writer"), "Three": rds.Member(group="Writer")},
        )
    )
    assert [(it.option, it.given) for it in found] == [
        ("writer", "the group One of Writer, which is the name of a member too"),
        ("readers", "the group Writer of Two, Three, which is the name of a member too"),
    ]


@pytest.mark.parametrize("group", ["", "1st", "two words", "-"])
def test_a_group_has_a_name(group: str) -> None:
    [problem] = problems(lambda: rds.Member(group=group))
    assert (problem.option, problem.allowed) == ("group", "letters, digits and dashes, a letter first")


def test_the_regions_without_endpoints_are_those_that_the_rules_know(rules: Engine) -> None:
    properties = {"DBClusterIdentifier": "a", "DBClusterEndpointIdentifier": "b", "CustomEndpointType": "READER"}
    assert regions_without(rules, ENDPOINT, properties) == REGIONS_WITHOUT_ENDPOINTS


def test_an_endpoint_is_refused_where_there_are_none() -> None:
    cluster = new_cluster(new_stack(cdk.Environment(account=ACCOUNT, region="cn-northwest-1")))
    assert problems(lambda: cluster.add_endpoint("reporting")) == [
        Problem(
            "add_endpoint",
            "a custom endpoint in cn-northwest-1",
            "Regions where CloudFormation has custom endpoints",
            "Use the cluster's own endpoints there, or make it with the API.",
        )
    ]


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
