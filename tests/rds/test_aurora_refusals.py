"""Options that the Aurora cluster refuses, and what it says of them."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds
from aws_cdk import aws_sns as sns

from constructs_lib import rds
from constructs_lib.backup import BackupPolicy
from constructs_lib.errors import InvalidOptionsError, Problem
from tests.rds.clusters import MYSQL, POSTGRES, SERVERLESS, member, mysql, new_cluster, postgres
from tests.refusing import problems
from tests.synthesis import new_stack, new_vpc

LARGE = member("r7g.large")
HOURS = cdk.Duration.hours
AURORA_1 = aws_rds.DatabaseClusterEngine.aurora(version=aws_rds.AuroraEngineVersion.VER_1_22_2)
LONG = "more than 0, up to 72 hours"


def readers(count: int) -> dict[str, rds.Member]:
    """Return so many readers."""
    return {f"Reader{number}": LARGE for number in range(count)}


@pytest.mark.parametrize(
    ("options", "option", "given", "allowed"),
    [
        ({"prot": 5}, "prot", "an unknown option", "engine, vpc"),
        ({"reader": {}}, "reader", "an unknown option", "engine, vpc"),
        ({"engine_mode": "serverless"}, "engine_mode", "an unknown option", "engine, vpc"),
        ({"engine": "aurora-mysql"}, "engine", "'aurora-mysql'", "rds.IClusterEngine"),
        (
            {"engine": aws_rds.DatabaseInstanceEngine.postgres(version=aws_rds.PostgresEngineVersion.VER_17)},
            "engine",
            "",
            "rds.IClusterEngine",
        ),
        ({"engine": AURORA_1}, "engine", "aurora", "aurora-mysql, aurora-postgresql"),
        (
            {"engine": aws_rds.DatabaseClusterEngine.AURORA_POSTGRESQL},
            "engine",
            "aurora-postgresql without a version",
            "a versioned engine",
        ),
        ({"engine": postgres("16.13-limitless")}, "engine", "'16.13-limitless'", "a version without shards"),
        ({"engine": mysql("5.7.mysql_aurora.2.12.5", "5.7")}, "engine", "2.12.5", "version 3 or newer"),
        ({"engine": postgres("13.20")}, "engine", "13.20", "version 14 or newer"),
        ({"vpc": None}, "vpc", "None", "ec2.IVpc"),
        ({"writer": ec2.InstanceType("r7g.large")}, "writer", "an InstanceType", "rds.Member"),
        ({"readers": [LARGE]}, "readers", "[Member", "a mapping of str to "),
        ({"readers": {}}, "readers", "none", "a reader of promotion tier 0 to 1"),
        ({"readers": readers(16)}, "readers", "16 readers", "at most 15"),
        ({"readers": {"Writer": LARGE}}, "readers", "'Writer'", "names of letters and digits"),
        ({"readers": {"Subnets": LARGE}}, "readers", "'Subnets'", "names of letters and digits"),
        ({"readers": {"the reader": LARGE}}, "readers", "'the reader'", "names of letters and digits"),
        (
            {"readers": {"Late": member("r7g.large", 2)}},
            "readers",
            "none that takes over",
            "a reader of promotion tier",
        ),
        (
            {"writer": member("r7g.xlarge"), "readers": {"Small": LARGE}},
            "readers",
            "Small, 16 GiB",
            "at least the writer's 32 GiB, where it takes over",
        ),
        (
            {
                "writer": member("r7g.4xlarge"),
                "readers": {"Bursts": SERVERLESS},
                "serverless": rds.ServerlessCapacity(maximum=32),
            },
            "readers",
            "Bursts, 64 GiB",
            "at least the writer's 128 GiB, where it takes over",
        ),
        *(
            (
                {"writer": member(it), "readers": {"Reader": LARGE}},
                "writer",
                f"Writer, {it}",
                "a class on which aurora-mysql has Database Insights",
            )
            for it in ("t3.large", "t2.medium", "t4g.small")
        ),
        (
            {"readers": {"First": LARGE, "Late": member("t3.medium", 2)}},
            "readers",
            "Late, t3.medium",
            "a class on which aurora-mysql has Database Insights",
        ),
        (
            {"serverless": rds.ServerlessCapacity()},
            "serverless",
            "a capacity",
            "None, since no member is serverless",
        ),
        (
            {
                "engine": mysql("8.0.mysql_aurora.3.04.4"),
                "writer": SERVERLESS,
                "serverless": rds.ServerlessCapacity(minimum=0),
            },
            "serverless",
            "a minimum of 0 ACUs",
            "0.5 or more before version 3.8.0",
        ),
        (
            {"engine": postgres("15.6"), "writer": SERVERLESS, "serverless": rds.ServerlessCapacity(minimum=0)},
            "serverless",
            "a minimum of 0 ACUs",
            "0.5 or more before version 13.15, 14.12, 15.7, 16.3",
        ),
        (
            {"engine": POSTGRES, "features": rds.AuroraFeatures(backtrack_window=HOURS(24))},
            "features",
            "a window of 24 hours",
            "a window for Aurora MySQL",
        ),
        ({"features": rds.AuroraFeatures(backtrack_window=HOURS(0))}, "features", "a window of 0 hours", LONG),
        (
            {
                "features": rds.AuroraFeatures(backtrack_window=HOURS(24)),
                "waive": {rds.AURORA_BACKTRACK: "Not wanted."},
            },
            "features",
            "a window of 24 hours",
            "none, since rds.AURORA_BACKTRACK is waived",
        ),
        (
            {"engine": POSTGRES, "features": rds.AuroraFeatures(parallel_query=True)},
            "features",
            "parallel_query",
            "parallel_query with Aurora MySQL",
        ),
        (
            {"engine": postgres("16.3"), "features": rds.AuroraFeatures(local_write_forwarding=True)},
            "features",
            "local_write_forwarding",
            "local_write_forwarding from version 14.13, 15.8, 16.4",
        ),
        (
            {"writer": member("t4g.medium"), "features": rds.AuroraFeatures(data_api=True)},
            "features",
            "data_api with burstable members: Writer, Reader",
            "classes that do not burst",
        ),
        (
            {"writer": member("t4g.medium"), "features": rds.AuroraFeatures(parallel_query=True)},
            "features",
            "parallel_query with burstable members: Writer, Reader",
            "classes that do not burst",
        ),
        ({"database_name": "1st"}, "database_name", "'1st'", "a name of the form"),
        ({"database_name": "mysql"}, "database_name", "'mysql'", "a name of the form"),
        ({"engine": POSTGRES, "database_name": "postgres"}, "database_name", "'postgres'", "a name of the form"),
        ({"port": 1149}, "port", "1149", "1150 to 65535"),
        ({"port": 3306}, "port", "3306", "a port that is no engine's default"),
        ({"backup": BackupPolicy(retention=cdk.Duration.days(6))}, "backup", "6 days", "at least 7 days"),
        ({"waive": {rds.AURORA_READER: " "}}, "waive", "no reason for AURORA_READER", "a sentence"),
        ({"waive": {rds.MULTI_AZ: "Because."}}, "waive", "RDS_MULTI_AZ", "rds.AURORA_ALARMS, "),
        (
            {"waive": {"rds.AURORA_READER": "Because."}},
            "waive",
            "{'rds.AURORA_READER'",
            "a mapping of practices.Practice",
        ),
    ],
    ids=lambda it: "-".join(it) if isinstance(it, dict) else it[:24],
)
def test_an_option_is_refused_with_what_to_do(
    stack: cdk.Stack, options: dict[str, Any], option: str, given: str, allowed: str
) -> None:
    [problem] = problems(lambda: new_cluster(stack, **options))
    assert problem.option == option
    assert problem.given.startswith(given)
    assert problem.allowed.startswith(allowed)
    assert problem.advice.endswith((".", "?"))


@pytest.mark.parametrize("word", ["serverless (v1)", "multimaster", "aurora_mysql", "dsql.Cluster"])
def test_engine_modes_that_are_gone_are_named_with_what_to_use(stack: cdk.Stack, word: str) -> None:
    [problem] = problems(lambda: new_cluster(stack, engine=AURORA_1))
    assert word in problem.advice


def test_backtrack_off_is_said_to_be_for_good(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: new_cluster(stack, features=rds.AuroraFeatures(backtrack_window=HOURS(0))))
    assert problem.advice == "Zero turns backtracking off for good: waive rds.AURORA_BACKTRACK if that is meant."


@pytest.mark.parametrize("region", ["eu-north-1", "cn-northwest-1", "us-gov-east-1"])
def test_a_window_is_refused_where_the_region_has_none(region: str) -> None:
    stack = new_stack(cdk.Environment(account="123456789012", region=region))
    assert problems(lambda: new_cluster(stack, features=rds.AuroraFeatures(backtrack_window=HOURS(24)))) == [
        Problem(
            "features",
            "a window of 24 hours",
            f"none in {region}, which has no backtracking",
            "Leave it out, or use another Region.",
        )
    ]


@pytest.mark.parametrize(
    ("value", "options", "option", "given", "allowed"),
    [
        (rds.AuroraFeatures, {"backtrack_window": HOURS(73)}, "backtrack_window", "262800", "0 to 259200 seconds"),
        (rds.AuroraFeatures, {"backtrack_window": 24}, "backtrack_window", "24", "Duration or None"),
        (rds.AuroraFeatures, {"backtrack": HOURS(1)}, "backtrack", "an unknown option", "backtrack_window, "),
        (rds.Member, {"instance_type": "r7g.large"}, "instance_type", "'r7g.large'", "ec2.InstanceType or None"),
        (
            rds.Member,
            {"instance_type": ec2.InstanceType("db.r7g.large")},
            "instance_type",
            "'db.r7g.large'",
            "an instance class, without the prefix db",
        ),
        (
            rds.Member,
            {"instance_type": ec2.InstanceType("serverless")},
            "instance_type",
            "'serverless'",
            "an instance class, without the prefix db",
        ),
        (rds.Member, {"promotion_tier": 16}, "promotion_tier", "16", "0 to 15"),
        (rds.Member, {"promotion_tier": -1}, "promotion_tier", "-1", "0 to 15"),
        (rds.Member, {"tier": 1}, "tier", "an unknown option", "instance_type, promotion_tier"),
        (rds.ServerlessCapacity, {"minimum": -0.5}, "minimum", "-0.5", "0 to 256 ACUs"),
        (rds.ServerlessCapacity, {"minimum": 0.7}, "minimum", "0.7", "half ACUs"),
        (rds.ServerlessCapacity, {"minimum": 0.5, "maximum": 0.5}, "maximum", "0.5", "1 to 256 ACUs"),
        (rds.ServerlessCapacity, {"maximum": 256.5}, "maximum", "256.5", "1 to 256 ACUs"),
        (rds.ServerlessCapacity, {"minimum": 8, "maximum": 4}, "maximum", "4", "at least the minimum of 8 ACUs"),
        (
            rds.ServerlessCapacity,
            {"minimum": 0, "auto_pause": cdk.Duration.minutes(4)},
            "auto_pause",
            "240",
            "300 to 86400 seconds",
        ),
        (
            rds.ServerlessCapacity,
            {"minimum": 0, "auto_pause": HOURS(25)},
            "auto_pause",
            "90000",
            "300 to 86400 seconds",
        ),
        (
            rds.ServerlessCapacity,
            {"minimum": 0.5, "auto_pause": HOURS(1)},
            "auto_pause",
            "a time after which to pause",
            "None with a minimum of 0.5 ACUs",
        ),
    ],
)
def test_a_value_is_refused_with_what_to_do(
    value: Any, options: dict[str, Any], option: str, given: str, allowed: str
) -> None:
    [problem] = problems(lambda: value(**options))
    assert (problem.option, problem.given) == (option, given)
    assert problem.allowed.startswith(allowed)
    assert problem.advice.endswith((".", "?"))


def test_values_known_only_at_deployment_are_not_judged(stack: cdk.Stack) -> None:
    later = cdk.CfnParameter(stack, "Later", type="Number").value_as_number
    assert rds.AuroraFeatures(backtrack_window=cdk.Duration.seconds(later))
    assert rds.ServerlessCapacity(minimum=later)
    assert rds.ServerlessCapacity(maximum=later)


def test_a_fifo_topic_is_refused(stack: cdk.Stack) -> None:
    topic = sns.Topic(stack, "Topic", fifo=True)
    [problem] = problems(lambda: new_cluster(stack, alarm_topic=topic))
    assert (problem.option, problem.given) == ("alarm_topic", "a FIFO topic")


def test_a_window_known_only_at_deployment_reaches_the_template(stack: cdk.Stack) -> None:
    later = cdk.CfnParameter(stack, "Later", type="Number").value_as_number
    assert new_cluster(stack, features=rds.AuroraFeatures(backtrack_window=cdk.Duration.seconds(later))).cluster


@pytest.mark.parametrize(
    "options",
    [
        {"writer": member("t4g.medium")},
        {"engine": POSTGRES, "writer": member("t3.medium")},
        {"writer": member("t3.medium"), "waive": {rds.AURORA_DATABASE_INSIGHTS: "A sandbox."}},
    ],
)
def test_a_burstable_class_with_database_insights_or_a_waiver_is_taken(
    stack: cdk.Stack, options: dict[str, Any]
) -> None:
    assert new_cluster(stack, **options).cluster


def test_all_problems_are_said_at_once(stack: cdk.Stack) -> None:
    found = problems(
        lambda: new_cluster(
            stack,
            engine=postgres("15.6"),
            vpc=new_vpc(stack, zones=1),
            writer=SERVERLESS,
            readers=readers(16),
            serverless=rds.ServerlessCapacity(minimum=0),
            features=rds.AuroraFeatures(backtrack_window=HOURS(1), parallel_query=True, local_write_forwarding=True),
            port=5432,
            backup=BackupPolicy(retention=cdk.Duration.days(1)),
            waive={rds.AURORA_ALARMS: ""},
        )
    )
    assert {it.option for it in found} == {"waive", "vpc", "readers", "serverless", "features", "port", "backup"}


def test_a_refusal_names_the_construct_and_leaves_nothing_behind(stack: cdk.Stack) -> None:
    with pytest.raises(InvalidOptionsError, match=r"^Stack/Orders: 1 invalid option\n  - port: got 1; allowed: "):
        new_cluster(stack, port=1)
    assert stack.node.try_find_child("Orders") is None


@pytest.mark.parametrize(
    ("options", "option", "given", "allowed"),
    [
        ({"name": "Reporting"}, "name", "'Reporting'", "1 to 63 lower-case letters"),
        ({"name": "re--porting"}, "name", "'re--porting'", "1 to 63 lower-case letters"),
        ({"name": "1st"}, "name", "'1st'", "1 to 63 lower-case letters"),
        ({"name": "x" * 64}, "name", "'xxx", "1 to 63 lower-case letters"),
        ({"members": ["Analytic"]}, "members", "'Analytic'", "Writer, One, Analytics"),
        ({"members": "Analytics"}, "members", "'Analytics'", "a list of str or None"),
        ({"members": []}, "members", "[]", "one or more names"),
        ({"members": ["One", "One"]}, "members", "['One', 'One']", "each name once"),
        ({"members": ["Writer"]}, "members", "Writer", "readers, in an endpoint of type READER"),
        ({"excluded": ["Nobody"]}, "excluded", "'Nobody'", "Writer, One, Analytics"),
        ({"excluded": ["One", "Analytics"]}, "excluded", "['One', 'Analytics']", "at least one member"),
        ({"members": ["One"], "excluded": ["Analytics"]}, "members", "members and excluded", "one of the two"),
        ({"type": "WRITER"}, "type", "'WRITER'", "'READER' or 'ANY'"),
    ],
)
def test_an_endpoint_is_refused_with_what_to_do(
    stack: cdk.Stack, options: dict[str, Any], option: str, given: str, allowed: str
) -> None:
    cluster = new_cluster(stack, readers={"One": LARGE, "Analytics": LARGE})
    [problem] = problems(lambda: cluster.add_endpoint(**{"name": "reporting", **options}))
    assert problem.option == option
    assert problem.given.startswith(given)
    assert problem.allowed.startswith(allowed)


def test_a_sixth_endpoint_is_refused(stack: cdk.Stack) -> None:
    cluster = new_cluster(stack)
    for number in range(5):
        cluster.add_endpoint(f"endpoint-{number}")
    [problem] = problems(lambda: cluster.add_endpoint("endpoint-5"))
    assert problem.allowed == "at most 5 endpoints a cluster"


def test_an_endpoint_of_readers_is_refused_without_readers(stack: cdk.Stack) -> None:
    cluster = new_cluster(stack, readers={}, waive={rds.AURORA_READER: "A sandbox."})
    [problem] = problems(lambda: cluster.add_endpoint("reporting"))
    assert problem.allowed == "at least one member that the endpoint leads to"
    assert cluster.add_endpoint("all", type="ANY").address


SCALING: Mapping[str, Any] = {"maximum": 5, "cpu_percent": 60}


@pytest.mark.parametrize(
    ("cluster", "options", "option", "given", "allowed"),
    [
        ({}, {"cpu_percent": None}, "cpu_percent", "neither cpu_percent nor connections", "one of the two"),
        ({}, {"connections": 100}, "cpu_percent", "cpu_percent and connections", "one of the two"),
        ({}, {"maximum": 0, "minimum": 0}, "maximum", "0", "1 to 14"),
        ({}, {"maximum": 15}, "maximum", "15", "1 to 14"),
        ({"readers": readers(10)}, {"maximum": 6}, "maximum", "6", "1 to 5"),
        ({}, {"minimum": 6}, "minimum", "6", "0 to 5"),
        ({}, {"minimum": -1}, "minimum", "-1", "0 to 5"),
        ({}, {"cpu_percent": 101}, "cpu_percent", "101", "1 to 100 %"),
        ({}, {"cpu_percent": None, "connections": 0}, "connections", "0", "1 or more"),
        ({}, {"maximum": "5"}, "maximum", "'5'", "int"),
        ({}, {"scale_in_cooldown": 300}, "scale_in_cooldown", "300", "Duration"),
        ({"writer": SERVERLESS}, {}, "scale_readers", "a serverless writer", "a writer of a class"),
        (
            {"readers": {}, "waive": {rds.AURORA_READER: "A sandbox."}},
            {},
            "scale_readers",
            "a cluster without readers",
            "a cluster with at least one",
        ),
    ],
)
def test_scaling_is_refused_with_what_to_do(
    stack: cdk.Stack, cluster: dict[str, Any], options: dict[str, Any], option: str, given: str, allowed: str
) -> None:
    made = new_cluster(stack, engine=MYSQL, **cluster)
    [problem] = problems(lambda: made.scale_readers(**{**SCALING, **options}))
    assert (problem.option, problem.given, problem.allowed) == (option, given, allowed)


def test_readers_scale_by_one_policy(stack: cdk.Stack) -> None:
    cluster = new_cluster(stack)
    cluster.scale_readers(**SCALING)
    [problem] = problems(lambda: cluster.scale_readers(**SCALING))
    assert problem.given == "a second call"
