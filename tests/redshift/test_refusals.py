"""Options that cluster, workgroup and their values refuse, and what is said of them."""

from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from constructs_lib import kinesis, redshift
from constructs_lib.backup import BackupPolicy
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.redshift.availability import NODE_TYPES
from tests.redshift.warehouses import FRANKFURT, PUBLIC, new_cluster, new_workgroup, other_stack, public_vpc
from tests.refusing import later, problems
from tests.synthesis import CHINA, new_stack, new_vpc, template

NUMBER: Any = cdk.Token.as_number({"Ref": "Later"})
TEXT = cdk.Token.as_string({"Ref": "Later"})
MULTI_AZ = redshift.Availability.MULTI_AZ
NIGHTS = redshift.PauseSchedule(pause="cron(0 20 ? * MON-FRI *)", resume="cron(0 6 ? * MON-FRI *)")
SLOW = redshift.Condition("query_execution_time", 60)


def _rule(**options: Any) -> redshift.QueryRule:
    return redshift.QueryRule(**{"name": "slow", "conditions": [SLOW], **options})


def _queue(name: str = "a", **options: Any) -> redshift.Queue:
    return redshift.Queue(name, user_groups=["a"], **options)


def _slots(name: str = "a", concurrency: int = 5, memory_percent: int = 20, **options: Any) -> redshift.ManualQueue:
    return redshift.ManualQueue(name, concurrency, memory_percent, user_groups=["a"], **options)


@pytest.mark.parametrize("make", [new_cluster, new_workgroup], ids=["cluster", "workgroup"])
@pytest.mark.parametrize(
    ("options", "given", "advice"),
    [
        ({"port": 5430}, "5430", "Leave it out for 5433."),
        ({"port": 5439}, "5439", "NON_DEFAULT_PORT"),
        ({"port": 9000}, "9000", "Leave it out for 5433."),
        ({"database_name": "dev"}, "'dev'", "Leave it out for warehouse."),
        ({"database_name": "Sales"}, "'Sales'", "Leave it out for warehouse."),
        ({"database_name": ""}, "''", "Leave it out for warehouse."),
        ({"admin_username": "awsuser"}, "'awsuser'", "Leave it out for dbadmin."),
        ({"database_name": "table"}, "'table'", "Leave it out for warehouse."),
        ({"admin_username": "user"}, "'user'", "Leave it out for dbadmin."),
        ({"admin_username": "1st"}, "'1st'", "Leave it out for dbadmin."),
        ({"zero_etl_sources": ["orders"]}, "'orders'", "cluster.cluster.cluster_arn"),
        ({"firehose_access": True}, "nothing", "Firehose reaches no others"),
        ({"track": "next"}, "'next'", "Pass a value of that type."),
    ],
)
def test_an_option_of_both_is_refused(
    stack: cdk.Stack, make: Callable[..., Any], options: Mapping[str, Any], given: str, advice: str
) -> None:
    [problem] = problems(lambda: make(stack, **options))
    assert (problem.option in {*options, "subnets"}, problem.given) == (True, given)
    assert advice in problem.advice


@pytest.mark.parametrize("make", [new_cluster, new_workgroup], ids=["cluster", "workgroup"])
def test_a_port_is_a_literal(stack: cdk.Stack, make: Callable[..., Any]) -> None:
    assert problems(lambda: make(stack, port=NUMBER)) == [later("port")]


@pytest.mark.parametrize(
    ("options", "given", "advice"),
    [
        ({"node_type": "dc2.large"}, "'dc2.large'", "Its storage is tied to its nodes"),
        ({"node_type": "rg.huge"}, "'rg.huge'", "Leave it out for rg.xlarge."),
        ({"nodes": 1}, "1", "A single node"),
        ({"nodes": 101}, "101", "A single node"),
        ({"maintenance": "Sunday"}, "'Sunday'", "Write Sun:04:00-Sun:05:00."),
        ({"maintenance": "Sun:04:00-Mon:04:01"}, "'Sun:04:00-Mon:04:01'", "Write Sun:04:00-Sun:05:00."),
        ({"maintenance": "Sun:04:00-Sun:04:29"}, "'Sun:04:00-Sun:04:29'", "Write Sun:04:00-Sun:05:00."),
        ({"pause": NIGHTS, "availability": MULTI_AZ}, "a schedule with Availability.MULTI_AZ", "Redshift pauses no"),
        ({"backup": BackupPolicy(retention=cdk.Duration.days(6))}, "6 days", "waive redshift.BACKUP_RETENTION."),
        (
            {"usage_limits": [redshift.UsageLimit("spectrum", amount) for amount in (5, 6)]},
            "two of spectrum with the same period and action",
            "Keep the lower one.",
        ),
    ],
)
def test_an_option_of_a_cluster_is_refused(
    stack: cdk.Stack, options: Mapping[str, Any], given: str, advice: str
) -> None:
    [problem] = problems(lambda: new_cluster(stack, **options))
    assert (problem.option in options, problem.given) == (True, given)
    assert advice in problem.advice


def test_every_problem_is_named_at_once(stack: cdk.Stack) -> None:
    found = problems(
        lambda: new_cluster(
            stack, vpc=new_vpc(stack, 2), availability=MULTI_AZ, nodes=1, port=1, pause=NIGHTS, node_type="dc2.large"
        )
    )
    assert [it.option for it in found] == ["vpc", "node_type", "nodes", "port", "pause"]


def test_what_is_known_only_at_deployment_is_not_judged(stack: cdk.Stack) -> None:
    new_cluster(
        stack,
        node_type=TEXT,
        nodes=NUMBER,
        database_name=TEXT,
        admin_username=TEXT,
        maintenance=TEXT,
        zero_etl_sources=[TEXT],
    )
    assert template(stack).only("AWS::Redshift::Cluster")


@pytest.mark.parametrize("node_type", NODE_TYPES)
def test_every_node_type_is_accepted(stack: cdk.Stack, node_type: str) -> None:
    new_cluster(stack, node_type=node_type)
    assert template(stack).properties("AWS::Redshift::Cluster")["NodeType"] == node_type


def test_a_large_base_exists_in_five_regions() -> None:
    capacity = redshift.BaseCapacity(1024, max_rpus=1024)
    [problem] = problems(lambda: new_workgroup(new_stack(CHINA), capacity=capacity))
    assert problem.given == "1024 RPUs in cn-north-1"


def test_a_fifo_topic_is_refused(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: new_cluster(stack, alarm_topic=sns.Topic(stack, "Topic", fifo=True)))
    assert (problem.option, problem.given) == ("alarm_topic", "a FIFO topic")


@pytest.mark.parametrize("region", [None, "mx-central-1"])
def test_firehose_needs_a_region_that_is_known(region: str | None) -> None:
    stack = new_stack(cdk.Environment(region=region) if region else None)
    vpc = public_vpc(stack)
    [problem] = problems(lambda: new_cluster(stack, vpc=vpc, subnets=PUBLIC, firehose_access=True))
    assert problem.option == "firehose_access"


def test_firehose_needs_public_subnets(stack: cdk.Stack) -> None:
    isolated = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    [problem] = problems(lambda: new_cluster(stack, subnets=isolated, firehose_access=True))
    assert (problem.given, problem.allowed) == ("private subnets", "public subnets")


def test_firehose_takes_only_subnets_that_exist(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: new_cluster(stack, subnets=PUBLIC, firehose_access=True))
    assert "Public" in problem.given


@pytest.mark.parametrize("subnets", [PUBLIC])
def test_nobody_else_gets_public_subnets(stack: cdk.Stack, subnets: ec2.SubnetSelection) -> None:
    [problem] = problems(lambda: new_cluster(stack, vpc=public_vpc(stack), subnets=subnets))
    assert (problem.given, problem.allowed) == ("public subnets", "private subnets")


@pytest.mark.parametrize(
    ("env", "given"),
    [
        (FRANKFURT, "a stack in eu-central-1"),
        (None, "a stack that names no Region"),
        (CHINA, "a stack in aws-cn"),
        (cdk.Environment(account="210987654321", region="us-east-1"), "a stack in 210987654321"),
    ],
)
def test_a_second_region_is_another_one_of_the_same_account(env: cdk.Environment | None, given: str) -> None:
    stack = new_stack(FRANKFURT)
    copy = redshift.SnapshotCopy(scope=other_stack(stack, env))
    [problem] = problems(lambda: new_cluster(stack, snapshot_copy=copy))
    assert (problem.option, problem.given) == ("snapshot_copy", given)


@pytest.mark.parametrize("make", [new_cluster, new_workgroup], ids=["cluster", "workgroup"])
def test_copies_do_not_outlive_their_key(make: Callable[..., Any]) -> None:
    stack = new_stack(FRANKFURT)
    there = other_stack(stack)
    key = kinesis.Stream(there, "Goes", lifecycle=Lifecycle.DISPOSABLE).key
    [problem] = problems(lambda: make(stack, snapshot_copy=redshift.SnapshotCopy(scope=there, key=key)))
    assert (problem.option, problem.given) == ("snapshot_copy", "one that goes with its stack")


def test_a_key_of_the_first_region_does_not_encrypt_the_copies() -> None:
    stack = new_stack(FRANKFURT)
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    [problem] = problems(lambda: redshift.SnapshotCopy(scope=other_stack(stack), key=key))
    assert (problem.option, problem.given, problem.allowed) == ("key", "one of eu-central-1", "one of us-east-1")


VALUES: tuple[tuple[Callable[[], Any], str, str], ...] = (
    (lambda: redshift.PauseSchedule("0 20 * * *", "cron(0 6 ? * * *)"), "pause", "'0 20 * * *'"),
    (lambda: redshift.PauseSchedule("cron(0 6 * * * *)", "cron(0 6 ? * * *)"), "pause", "'cron(0 6 * * * *)'"),
    (lambda: redshift.PauseSchedule("cron(0 6 ? * * *)", "cron(0 6 ? * * *)"), "resume", "'cron(0 6 ? * * *)'"),
    (lambda: redshift.PauseSchedule("cron(0 25 ? * * *)", "cron(0 6 ? * * *)"), "pause", "'cron(0 25 ? * * *)'"),
    (lambda: redshift.PauseSchedule("cron(60 2 ? * * *)", "cron(0 6 ? * * *)"), "pause", "'cron(60 2 ? * * *)'"),
    (lambda: redshift.PauseSchedule("cron(0 2 ? 13 * *)", "cron(0 6 ? * * *)"), "pause", "'cron(0 2 ? 13 * *)'"),
    (lambda: redshift.PauseSchedule("cron(0 2 32 * ? *)", "cron(0 6 ? * * *)"), "pause", "'cron(0 2 32 * ? *)'"),
    (lambda: redshift.PauseSchedule("cron(0 2 ? * 8 *)", "cron(0 6 ? * * *)"), "pause", "'cron(0 2 ? * 8 *)'"),
    (lambda: redshift.PauseSchedule("cron(0 2 ? * ? *)", "cron(0 6 ? * * *)"), "pause", "'cron(0 2 ? * ? *)'"),
    (lambda: redshift.UsageLimit("spectrum", 0), "amount", "0"),
    (lambda: redshift.BaseCapacity(12), "rpus", "12"),
    (lambda: redshift.BaseCapacity(520, max_rpus=1024), "rpus", "520"),
    (lambda: redshift.BaseCapacity(64, max_rpus=32), "max_rpus", "32"),
    (lambda: redshift.BaseCapacity(64, max_rpus=5_640), "max_rpus", "5640"),
    (lambda: redshift.PricePerformance(max_rpus=100), "max_rpus", "100"),
    (lambda: redshift.QueryLimits(execution_time=cdk.Duration.days(1)), "execution_time", "86400"),
    (lambda: redshift.QueryLimits(scanned_rows=0), "scanned_rows", "0"),
    (lambda: redshift.SnapshotCopy(new_stack(), cdk.Duration.days(36)), "retention", "36"),
    (lambda: redshift.SnapshotCopy(new_stack(), cdk.Duration.hours(36)), "retention", "1.5 days"),
    (lambda: redshift.Condition("query_time", 1), "metric", "'query_time'"),
    (lambda: redshift.Condition("cpu_skew", 100), "value", "100"),
    (lambda: _rule(name="a b"), "name", "'a b'"),
    (lambda: _rule(conditions=[]), "conditions", "0 conditions"),
    (lambda: _rule(conditions=[SLOW] * 4), "conditions", "4 conditions"),
    (lambda: _rule(priority="low"), "priority", "'low'"),
    (lambda: _rule(action="change_query_priority"), "priority", "None"),
    (lambda: redshift.Queue("a"), "user_groups", "no groups and no roles"),
    (lambda: _queue(""), "name", "''"),
    (lambda: _queue(priority="critical"), "priority", "'critical'"),
    (lambda: _slots(concurrency=51), "concurrency", "51"),
    (lambda: _slots(memory_percent=0), "memory_percent", "0"),
    (lambda: redshift.AutomaticWlm([_queue(str(it)) for it in range(8)]), "queues", "8 queues"),
    (lambda: redshift.AutomaticWlm([_queue(), _queue()]), "queues", "queues of the same name: a"),
    (lambda: redshift.AutomaticWlm([_queue(rules=[_rule(action="hop")])]), "queues", "hop in slow"),
    (lambda: redshift.AutomaticWlm(default_priority="critical"), "default_priority", "'critical'"),
    (lambda: redshift.AutomaticWlm(short_queries=cdk.Duration.seconds(21)), "short_queries", "21"),
    (
        lambda: redshift.AutomaticWlm([_queue(rules=[_rule(name=f"r{it}") for it in range(26)])]),
        "queues",
        "26 rules",
    ),
    (lambda: redshift.AutomaticWlm([redshift.Queue("a", user_groups=["g" * 8_000])]), "queues", ""),
    (lambda: redshift.ManualWlm([]), "queues", "none"),
    (lambda: redshift.ManualWlm([_slots(concurrency=46)]), "default_concurrency", "51 in all queues"),
    (
        lambda: redshift.ManualWlm([_slots(memory_percent=90)], default_memory_percent=20),
        "default_memory_percent",
        "20 percent beside 90",
    ),
    (
        lambda: redshift.ManualWlm([_slots(rules=[_rule(action="change_query_priority", priority="low")])]),
        "queues",
        "change_query_priority in slow",
    ),
)


@pytest.mark.parametrize(("make", "option", "given"), VALUES, ids=range(len(VALUES)))
def test_a_value_is_refused(make: Callable[[], Any], option: str, given: str) -> None:
    [problem] = problems(make)
    assert problem.option == option
    assert problem.given == given or (not given and "characters of JSON" in problem.given)


@pytest.mark.parametrize(
    "cron",
    [
        "cron(0 20 ? * MON-FRI *)",
        "cron(30 6,18 ? 1-6,SEP 2#1 2026-2030)",
        "cron(5 0/4 L * ? *)",
        "cron(0 8 15W JAN/3 ? 2027)",
        "cron(0 08 1,15 * ? *)",
        "cron(0 8 ? * FRIL *)",
    ],
)
def test_every_form_of_a_time_is_accepted(cron: str) -> None:
    assert redshift.PauseSchedule(cron, "cron(0 6 ? * * *)").pause == cron


@pytest.mark.parametrize(
    ("make", "option"),
    [
        (lambda: redshift.Condition("cpu_skew", NUMBER), "value"),
        (lambda: redshift.BaseCapacity(NUMBER), "rpus"),
        (lambda: redshift.ManualQueue("a", NUMBER, 5, user_groups=["a"]), "concurrency"),
        (lambda: redshift.QueryLimits(scanned_rows=NUMBER), "scanned_rows"),
    ],
)
def test_a_number_that_others_follow_from_is_a_literal(make: Callable[[], Any], option: str) -> None:
    assert problems(make) == [later(option)]
