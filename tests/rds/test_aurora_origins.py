"""Aurora clusters whose data come from another cluster."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aws_cdk as cdk
import pytest

from constructs_lib import rds
from tests.rds.clusters import CLUSTER, ENGINES, MYSQL, POSTGRES, member, new_cluster
from tests.refusing import problems
from tests.synthesis import judge, new_stack, new_vpc, template

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
COPIES = {
    "clone": (
        rds.Clone(source="production"),
        {"RestoreType": "copy-on-write", "UseLatestRestorableTime": True},
    ),
    "latest": (
        rds.PointInTimeRestore(source="production"),
        {"RestoreType": "full-copy", "UseLatestRestorableTime": True},
    ),
    "noon": (
        rds.PointInTimeRestore(source="production", time=NOON),
        {"RestoreType": "full-copy", "RestoreToTime": "2026-11-01T12:00:00Z"},
    ),
}
clone: Any = rds.Clone
restore: Any = rds.PointInTimeRestore
secondary: Any = rds.GlobalSecondary

KEPT = {"DeletionProtection", "KmsKeyId", "ManageMasterUserPassword", "EnableIAMDatabaseAuthentication", "Port"}
INHERITED = {"MasterUsername", "StorageEncrypted", "DatabaseName", "MasterUserPassword"}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_keeps_every_practice(stack: cdk.Stack, engine: str, copy: str) -> None:
    origin, expected = COPIES[copy]
    new_cluster(stack, engine=ENGINES[engine], origin=origin)
    verdict = judge(stack)
    properties = verdict.template().properties(CLUSTER)
    assert verdict.findings == []
    assert properties["SourceDBClusterIdentifier"] == "production"
    times = {"RestoreType", "UseLatestRestorableTime", "RestoreToTime"}
    assert {name: value for name, value in properties.items() if name in times} == expected
    assert properties.keys() >= KEPT
    assert not properties.keys() & INHERITED


def test_a_copy_refers_to_a_cluster_of_the_app(stack: cdk.Stack) -> None:
    vpc = new_vpc(stack)
    production = new_cluster(stack, vpc=vpc)
    rds.AuroraCluster(stack, "Copy", engine=MYSQL, vpc=vpc, origin=rds.Clone(source=production.cluster))
    clusters = template(stack).of_type(CLUSTER)
    [source] = (name for name in clusters if name.startswith("Orders"))
    [copy] = (it["Properties"] for name, it in clusters.items() if name.startswith("Copy"))
    assert copy["SourceDBClusterIdentifier"] == {"Ref": source}


def test_a_copy_has_the_engine_of_its_source(stack: cdk.Stack) -> None:
    vpc = new_vpc(stack)
    production = new_cluster(stack, vpc=vpc)
    origin = rds.Clone(source=production.cluster)
    [problem] = problems(lambda: rds.AuroraCluster(stack, "Copy", engine=POSTGRES, vpc=vpc, origin=origin))
    assert (problem.option, problem.given) == ("engine", "'aurora-postgresql'")


def test_a_moment_is_written_in_utc(stack: cdk.Stack) -> None:
    berlin = NOON.astimezone(tz=datetime.strptime("+0100", "%z").tzinfo)
    new_cluster(stack, origin=rds.PointInTimeRestore(source="production", time=berlin))
    assert template(stack).properties(CLUSTER)["RestoreToTime"] == "2026-11-01T12:00:00Z"


@pytest.mark.parametrize(
    ("make", "option", "given"),
    [
        (lambda: clone(source=""), "source", "''"),
        (lambda: clone(source=None), "source", "None"),
        (lambda: clone(), "source", "nothing"),
        (lambda: clone(source="production", time=NOON), "time", "an unknown option"),
        (lambda: secondary(identifier="", primary_region="us-east-1"), "identifier", "''"),
        (lambda: secondary(identifier="accounts", primary_region="nowhere"), "primary_region", "'nowhere'"),
        (lambda: restore(source=" "), "source", "' '"),
        (
            lambda: restore(source="production", time="2026-11-01"),
            "time",
            "'2026-11-01'",
        ),
        (
            lambda: restore(source="production", time=NOON.replace(tzinfo=None)),
            "time",
            "2026-11-01T12:00:00",
        ),
        (
            lambda: restore(source="production", time=datetime.now(UTC) + timedelta(days=1)),
            "time",
            "20",
        ),
    ],
)
def test_an_origin_that_is_refused(make: Any, option: str, given: str) -> None:
    [problem] = problems(make)
    assert (problem.option, problem.given.startswith(given)) == (option, True)


@pytest.mark.parametrize(
    "origin",
    [origin for origin, _ in COPIES.values()]
    + [rds.GlobalSecondary(identifier="accounts", primary_region="us-east-1")],
)
def test_databases_come_with_the_data(stack: cdk.Stack, origin: Any) -> None:
    [problem] = problems(lambda: new_cluster(stack, origin=origin, database_name="orders"))
    assert (problem.option, problem.allowed) == ("database_name", f"None with a {type(origin).__name__}")


def test_a_cluster_joins_a_global_database_that_exists(stack: cdk.Stack) -> None:
    new_cluster(stack, origin=rds.GlobalSecondary(identifier="accounts", primary_region="us-east-1"))
    verdict = judge(stack)
    properties = verdict.template().properties(CLUSTER)
    assert verdict.findings == []
    assert (properties["GlobalClusterIdentifier"], properties["SourceRegion"]) == ("accounts", "us-east-1")
    assert not properties.keys() & {"MasterUsername", "ManageMasterUserPassword", "MasterUserSecret", "BacktrackWindow"}


@pytest.mark.parametrize(
    ("options", "option", "allowed"),
    [
        ({"features": rds.AuroraFeatures(backtrack_window=cdk.Duration.hours(1))}, "features", "none in a global"),
        ({"writer": member("m7g.large"), "readers": {"Reader": member("r7g.large")}}, "writer", "memory optimized"),
        ({"readers": {"Reader": member("r7g.large"), "Small": member("t4g.large", 9)}}, "readers", "memory optimized"),
        (
            {"writer": rds.Member(), "serverless": rds.ServerlessCapacity(minimum=0, maximum=64)},
            "serverless",
            "at least 8 ACUs",
        ),
        ({"waive": {rds.AURORA_IAM_AUTHENTICATION: "No."}}, "waive", "IAM authentication in a global database"),
    ],
)
def test_what_a_global_database_cannot_have(
    stack: cdk.Stack, options: dict[str, Any], option: str, allowed: str
) -> None:
    origin = rds.GlobalSecondary(identifier="accounts", primary_region="us-east-1")
    [problem] = problems(lambda: new_cluster(stack, origin=origin, **options))
    assert (problem.option, problem.allowed.startswith(allowed)) == (option, True)


def test_a_secondary_is_in_another_region() -> None:
    origin = rds.GlobalSecondary(identifier="accounts", primary_region="eu-west-1")
    [problem] = problems(lambda: new_cluster(new_stack(), origin=origin))
    assert problem.option == "origin"
    assert new_cluster(new_stack(env=None), origin=origin)
