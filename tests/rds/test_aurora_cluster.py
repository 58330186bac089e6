"""The Aurora cluster as a whole."""

import json
from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds
from syrupy.assertion import SnapshotAssertion

from constructs_lib import rds
from tests.rds.clusters import (
    CLUSTER,
    ENGINES,
    MEMBER,
    MYSQL,
    POSTGRES,
    SERVERLESS,
    full_cluster,
    member,
    mysql,
    new_cluster,
    postgres,
)
from tests.synthesis import CHINA, ENVIRONMENTS, Template, deployed, judge, new_stack, new_vpc, template

LARGE = ec2.InstanceType("r7g.large")


def _tiers(written: Template) -> dict[str, tuple[str, int]]:
    """Return the class and the promotion tier of each member by the end of its path."""
    return {
        name.removeprefix("OrdersCluster")[:-8]: (
            it["Properties"]["DBInstanceClass"],
            it["Properties"]["PromotionTier"],
        )
        for name, it in written.of_type(MEMBER).items()
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_minimal(stack: cdk.Stack, engine: str, snapshot: SnapshotAssertion) -> None:
    new_cluster(stack, engine=ENGINES[engine])
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@pytest.mark.parametrize("engine", ENGINES)
def test_serverless(stack: cdk.Stack, engine: str, snapshot: SnapshotAssertion) -> None:
    new_cluster(stack, engine=ENGINES[engine], writer=SERVERLESS)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@pytest.mark.parametrize("engine", ENGINES)
def test_everything(stack: cdk.Stack, engine: str, snapshot: SnapshotAssertion) -> None:
    full_cluster(stack, engine)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
@pytest.mark.parametrize("engine", ENGINES)
def test_is_clean_wherever_it_is_deployed(env: cdk.Environment | None, engine: str) -> None:
    stack = new_stack(env)
    new_cluster(stack, engine=ENGINES[engine])
    assert judge(stack).findings == []


@pytest.mark.parametrize(
    "engine",
    [
        mysql("8.0.mysql_aurora.3.10.1"),
        mysql("8.0.mysql_aurora.3.08.2"),
        mysql("8.4.mysql_aurora.8.4.8", "8.4"),
        postgres("18.3"),
        postgres("17.7"),
        postgres("16.8"),
        postgres("14.20"),
    ],
    ids=lambda it: str(it.engine_version.full_version),
)
def test_other_versions_are_clean(stack: cdk.Stack, engine: aws_rds.IClusterEngine) -> None:
    new_cluster(stack, engine=engine)
    assert judge(stack).findings == []


def test_names_no_partition_of_other_regions() -> None:
    stack = new_stack(CHINA)
    full_cluster(stack)
    assert "arn:aws:" not in str(template(stack))


def test_a_reader_like_the_writer_is_there_by_default(stack: cdk.Stack) -> None:
    cluster = new_cluster(stack, writer=member("r7g.2xlarge"))
    assert _tiers(template(stack)) == {"Writer": ("db.r7g.2xlarge", 0), "Reader": ("db.r7g.2xlarge", 1)}
    assert list(cluster.members) == list(cluster.instances) == ["Writer", "Reader"]


def test_tiers_follow_the_order_unless_they_are_given(stack: cdk.Stack) -> None:
    readers = {"One": member("r7g.large"), "Last": member("r7g.large", 15), "Three": SERVERLESS, "Four": rds.Member()}
    new_cluster(stack, readers=readers)
    written = template(stack)
    assert _tiers(written) == {
        "Writer": ("db.r7g.large", 0),
        "One": ("db.r7g.large", 1),
        "Last": ("db.r7g.large", 15),
        "Three": ("db.serverless", 3),
        "Four": ("db.serverless", 4),
    }
    assert judge(stack).findings == []


def test_a_reader_of_tier_0_takes_over_as_well(stack: cdk.Stack) -> None:
    new_cluster(stack, readers={"First": member("r7g.large", 0)})
    assert judge(stack).findings == []


def test_a_provisioned_cluster_has_no_capacity(stack: cdk.Stack) -> None:
    new_cluster(stack)
    assert "ServerlessV2ScalingConfiguration" not in template(stack).properties(CLUSTER)


@pytest.mark.parametrize(
    ("capacity", "expected"),
    [
        (None, {"MinCapacity": 2, "MaxCapacity": 32}),
        (rds.ServerlessCapacity(minimum=0.5, maximum=1), {"MinCapacity": 0.5, "MaxCapacity": 1}),
        (
            rds.ServerlessCapacity(minimum=0, maximum=256, auto_pause=cdk.Duration.hours(24)),
            {"MinCapacity": 0, "MaxCapacity": 256, "SecondsUntilAutoPause": 86_400},
        ),
    ],
)
def test_serverless_members_have_the_capacity(
    stack: cdk.Stack, capacity: rds.ServerlessCapacity | None, expected: Mapping[str, float]
) -> None:
    new_cluster(stack, writer=SERVERLESS, serverless=capacity)
    assert template(stack).properties(CLUSTER)["ServerlessV2ScalingConfiguration"] == expected


@pytest.mark.parametrize(
    ("region", "features", "seconds"),
    [
        ("eu-west-1", rds.AuroraFeatures(), 86_400),
        ("eu-west-1", rds.AuroraFeatures(backtrack_window=cdk.Duration.hours(72)), 259_200),
        (None, rds.AuroraFeatures(), 86_400),
        ("eu-north-1", rds.AuroraFeatures(), None),
        ("eu-north-1", rds.AuroraFeatures(backtrack_window=cdk.Duration.hours(0)), None),
        ("us-gov-west-1", rds.AuroraFeatures(), None),
    ],
)
def test_mysql_goes_back_in_time_where_the_region_can(
    region: str | None, features: rds.AuroraFeatures, seconds: int | None
) -> None:
    stack = new_stack(cdk.Environment(account="123456789012", region=region) if region else None)
    new_cluster(stack, features=features)
    verdict = judge(stack)
    assert verdict.template().properties(CLUSTER).get("BacktrackWindow") == seconds
    assert verdict.findings == []
    assert ("AwsSolutions::AwsSolutions-RDS14" in str(verdict.acknowledgements)) is (seconds is None)


def test_postgres_has_no_window(stack: cdk.Stack) -> None:
    new_cluster(stack, engine=POSTGRES)
    assert "BacktrackWindow" not in template(stack).properties(CLUSTER)


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        (rds.AuroraFeatures(data_api=True), {"EnableHttpEndpoint": True}),
        (rds.AuroraFeatures(local_write_forwarding=True), {"EnableLocalWriteForwarding": True}),
        (rds.AuroraFeatures(io_optimized=True), {"StorageType": "aurora-iopt1"}),
        (
            rds.AuroraFeatures(),
            {"EnableHttpEndpoint": None, "EnableLocalWriteForwarding": None, "StorageType": None},
        ),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_features_reach_the_template(
    stack: cdk.Stack, engine: str, features: rds.AuroraFeatures, expected: Mapping[str, Any]
) -> None:
    new_cluster(stack, engine=ENGINES[engine], features=features)
    properties = template(stack).properties(CLUSTER)
    assert {name: properties.get(name) for name in expected} == expected


def test_parallel_query_is_a_parameter(stack: cdk.Stack) -> None:
    new_cluster(stack, features=rds.AuroraFeatures(parallel_query=True))
    parameters = template(stack).properties("AWS::RDS::DBClusterParameterGroup")["Parameters"]
    assert parameters["aurora_parallel_query"] == "ON"


@pytest.mark.parametrize(
    "engine", [mysql("8.0.mysql_aurora.3.10.1"), mysql("8.0.mysql_aurora.3.04.4"), postgres("17.7"), postgres("16.8")]
)
def test_a_version_with_long_term_support_is_not_upgraded(stack: cdk.Stack, engine: aws_rds.IClusterEngine) -> None:
    new_cluster(stack, engine=engine)
    verdict = judge(stack)
    written = verdict.template()
    members = [it["Properties"] for it in written.of_type(MEMBER).values()]
    assert {it["AutoMinorVersionUpgrade"] for it in [written.properties(CLUSTER), *members]} == {False}
    assert verdict.findings == []
    assert "long-term support" in str(verdict.acknowledgements.values())


def test_a_capacity_known_only_at_deployment_is_not_judged(stack: cdk.Stack) -> None:
    later = cdk.CfnParameter(stack, "Later", type="Number").value_as_number
    new_cluster(stack, writer=SERVERLESS, serverless=rds.ServerlessCapacity(minimum=0.5, maximum=later))
    assert template(stack).properties(CLUSTER)["ServerlessV2ScalingConfiguration"]["MaxCapacity"] == {"Ref": "Later"}


def test_a_version_known_only_at_deployment_is_not_judged(stack: cdk.Stack) -> None:
    version = cdk.CfnParameter(stack, "Later").value_as_string
    engine = aws_rds.DatabaseClusterEngine.aurora_postgres(
        version=aws_rds.AuroraPostgresEngineVersion.of(version, "17")
    )
    new_cluster(stack, engine=engine, features=rds.AuroraFeatures(local_write_forwarding=True))
    assert template(stack).properties(CLUSTER)["EngineVersion"] == {"Ref": "Later"}


def test_two_clusters_share_a_stack_and_the_name_of_an_endpoint(stack: cdk.Stack, vpc: ec2.IVpc) -> None:
    for name in ("One", "Two"):
        rds.AuroraCluster(stack, name, engine=MYSQL, vpc=vpc).add_endpoint("reporting")
    verdict = judge(stack)
    endpoints = verdict.template().of_type("AWS::RDS::DBClusterEndpoint").values()
    names = {deployed(it["Properties"]["DBClusterEndpointIdentifier"]) for it in endpoints}
    assert verdict.findings == []
    assert len(names) == 2


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("StorageEncrypted", False, "AURORA_STORAGE_ENCRYPTION"),
        ("BacktrackWindow", 0, "AURORA_BACKTRACK"),
        ("DeleteAutomatedBackups", True, "AURORA_KEEP_BACKUPS"),
    ],
)
def test_overrides_are_judged(stack: cdk.Stack, name: str, value: Any, rule: str) -> None:
    resource = new_cluster(stack).cluster.node.default_child
    assert isinstance(resource, cdk.CfnResource)
    resource.add_property_override(name, value)
    assert (rule, "Stack/Orders/Cluster/Resource") in judge(stack).findings


def test_the_identifier_is_short_enough_for_deep_paths(stack: cdk.Stack) -> None:
    cluster = rds.AuroraCluster(stack, "Orders" * 20, engine=MYSQL, vpc=new_vpc(stack))
    cluster.add_endpoint("reporting" * 7)
    written = template(stack)
    names = [written.properties(CLUSTER)["DBClusterIdentifier"]]
    names += [written.properties("AWS::RDS::DBClusterEndpoint")["DBClusterEndpointIdentifier"]]
    assert all(len(deployed(it)) <= 63 for it in names), json.dumps(names)
