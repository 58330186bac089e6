"""Options that the Multi-AZ DB instance refuses, and what it says of them."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds
from aws_cdk import aws_sns as sns

from constructs_lib import dynamodb, rds
from constructs_lib.backup import BackupPolicy
from constructs_lib.errors import InvalidOptionsError, Problem
from constructs_lib.rds.multi_az_instance import WAIVABLE
from tests.rds.instances import ENGINES, ORACLE, SQL_SERVER_EXPRESS, mysql, new_instance, postgres, sql_server_web
from tests.refusing import OF_THAT_TYPE, THE_CONSTRUCT, problems
from tests.synthesis import judge, new_vpc, template

OPTIONS = (
    "engine, vpc, subnets, instance_type, storage, database_name, port, windows, backup, key, alarm_topic, lifecycle, "
    "waive"
)
WAIVABLE_NAMES = ", ".join(sorted(f"rds.{practice.id.removeprefix('RDS_')}" for practice in WAIVABLE))
SQL_SERVER = ENGINES["sqlserver-se"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"prot": 5}, Problem("prot", "an unknown option", OPTIONS, "Did you mean port?")),
        ({"zzz": 5}, Problem("zzz", "an unknown option", OPTIONS, "Leave it out.")),
        (
            {"engine": "postgres"},
            Problem("engine", "'postgres'", "rds.IInstanceEngine", THE_CONSTRUCT),
        ),
        ({"vpc": None}, Problem("vpc", "None", "ec2.IVpc", THE_CONSTRUCT)),
        ({"port": "5433"}, Problem("port", "'5433'", "int or None", OF_THAT_TYPE)),
        (
            {"engine": aws_rds.DatabaseInstanceEngine.POSTGRES},
            Problem(
                "engine",
                "postgres without a version",
                "a versioned engine",
                "Use a factory of rds.DatabaseInstanceEngine, with version=...",
            ),
        ),
        (
            {"engine": SQL_SERVER_EXPRESS},
            Problem(
                "engine",
                "sqlserver-ex 16.0",
                "another edition that has Multi-AZ",
                "Use Standard or Enterprise Edition, or waive rds.MULTI_AZ.",
            ),
        ),
        (
            {"engine": sql_server_web("16.00.4205.1.v1")},
            Problem(
                "engine",
                "sqlserver-web 16.0.4205.1",
                "version 16.0.4215.2 or newer, or another edition that has Multi-AZ",
                "Use Standard or Enterprise Edition, or waive rds.MULTI_AZ.",
            ),
        ),
        ({"port": 1149}, Problem("port", "1149", "1150 to 65535", "Leave it out for 5433.")),
        ({"port": 65536}, Problem("port", "65536", "1150 to 65535", "Leave it out for 5433.")),
        (
            {"port": 5432},
            Problem(
                "port",
                "5432",
                "a port that is no engine's default",
                "Leave it out for 5433, or waive rds.NON_DEFAULT_PORT.",
            ),
        ),
        (
            {"engine": SQL_SERVER, "port": 1434},
            Problem("port", "1434", "a port that the engine does not keep for itself", "Leave it out for 1435."),
        ),
        (
            {"engine": SQL_SERVER, "database_name": "orders"},
            Problem("database_name", "'orders'", "None", "Make databases of sqlserver-se with SQL."),
        ),
        (
            {"backup": BackupPolicy(retention=cdk.Duration.days(6))},
            Problem("backup", "6 days", "at least 7 days", "Keep backups longer, or waive rds.BACKUP_RETENTION."),
        ),
        (
            {"waive": {rds.MULTI_AZ: " "}},
            Problem(
                "waive",
                "no reason for RDS_MULTI_AZ",
                "a sentence",
                "Say why: it goes into the report and the template.",
            ),
        ),
        (
            {"waive": {dynamodb.ALARMS: "Because."}},
            Problem("waive", "DYNAMODB_ALARMS", WAIVABLE_NAMES, "Waive only what this construct does."),
        ),
    ],
    ids=lambda it: "-".join(it) if isinstance(it, dict) else it.given[:24],
)
def test_an_option_is_refused_with_what_to_do(stack: cdk.Stack, options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: new_instance(stack, **options)) == [expected]


def _public(stack: cdk.Stack) -> dict[str, Any]:
    return {"vpc": ec2.Vpc(stack, "V", max_azs=2), "subnets": ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)}


def _without_isolated(stack: cdk.Stack) -> dict[str, Any]:
    subnets = [ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC)]
    return {"vpc": ec2.Vpc(stack, "V", max_azs=2, nat_gateways=0, subnet_configuration=subnets)}


def _one_zone(stack: cdk.Stack) -> dict[str, Any]:
    return {"vpc": new_vpc(stack, zones=1)}


def _unknown_group(stack: cdk.Stack) -> dict[str, Any]:
    return {"vpc": new_vpc(stack), "subnets": ec2.SubnetSelection(subnet_group_name="Data")}


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (
            _public,
            Problem(
                "subnets",
                "public subnets",
                "private subnets",
                "Select subnets without a route to an internet gateway.",
            ),
        ),
        (
            _without_isolated,
            Problem(
                "vpc",
                "There are no 'Isolated' subnet groups in this VPC. Available types: Public",
                "private subnets in at least 2 Availability Zones",
                "Give the VPC PRIVATE_ISOLATED subnets, or select others with subnets=.",
            ),
        ),
        (
            _one_zone,
            Problem(
                "vpc",
                "subnets in 1 Availability Zone(s)",
                "at least 2",
                "Give the VPC max_azs=2 or more.",
            ),
        ),
        (
            _unknown_group,
            Problem(
                "subnets",
                "There are no subnet groups with name 'Data' in this VPC. Available names: Isolated",
                "private subnets in at least 2 Availability Zones",
                "Give the VPC PRIVATE_ISOLATED subnets, or select others with subnets=.",
            ),
        ),
    ],
)
def test_a_network_is_refused_with_what_to_do(
    stack: cdk.Stack, network: Callable[[cdk.Stack], dict[str, Any]], expected: Problem
) -> None:
    assert problems(lambda: new_instance(stack, **network(stack))) == [expected]


def test_all_problems_are_said_at_once(stack: cdk.Stack) -> None:
    found = problems(
        lambda: new_instance(
            stack,
            engine=SQL_SERVER_EXPRESS,
            vpc=new_vpc(stack, zones=1),
            database_name="orders",
            port=1434,
            backup=BackupPolicy(retention=cdk.Duration.days(1)),
            waive={rds.STORAGE: ""},
        )
    )
    assert [problem.option for problem in found] == ["waive", "vpc", "port", "engine", "database_name", "backup"]


def test_what_is_missing_is_named(stack: cdk.Stack) -> None:
    assert problems(lambda: rds.MultiAzInstance(stack, "Orders")) == [  # type: ignore[call-arg]
        Problem("engine", "nothing", "rds.IInstanceEngine", "This option is required."),
        Problem("vpc", "nothing", "ec2.IVpc", "This option is required."),
    ]


def test_a_refusal_names_the_construct_and_leaves_nothing_behind(stack: cdk.Stack) -> None:
    with pytest.raises(InvalidOptionsError, match=r"^Stack/Orders: 1 invalid option\n  - port: got 1; allowed: "):
        new_instance(stack, port=1)
    assert stack.node.try_find_child("Orders") is None


@pytest.mark.parametrize(
    ("waived", "options"),
    [
        (rds.NON_DEFAULT_PORT, {"port": 5432}),
        (rds.MULTI_AZ, {"engine": SQL_SERVER_EXPRESS}),
        (rds.MULTI_AZ, {"engine": sql_server_web("15.00.4455.2.v1")}),
        (rds.BACKUP_RETENTION, {"backup": BackupPolicy(retention=cdk.Duration.days(1))}),
    ],
    ids=lambda it: it.id if hasattr(it, "id") else "",
)
def test_a_waiver_lifts_the_refusal(stack: cdk.Stack, waived: Any, options: dict[str, Any]) -> None:
    assert new_instance(stack, waive={waived: "A sandbox."}, **options).instance


GIB = cdk.Size.gibibytes


@pytest.mark.parametrize(
    ("storage", "waive", "given", "allowed", "advice"),
    [
        (
            rds.Storage(allocated=GIB(5_455)),
            {},
            "5455 GiB",
            "at most 5454 GiB with sqlserver-se, and room to grow to 6000 GiB",
            "Give less, or waive rds.STORAGE.",
        ),
        (
            rds.Storage(allocated=GIB(16_385)),
            {rds.STORAGE: "It is full."},
            "16385 GiB",
            "at most 16384 GiB with sqlserver-se",
            "Give less.",
        ),
        (
            rds.Storage(maximum=GIB(6_001)),
            {},
            "a maximum of 6001 GiB",
            "a maximum of 6000 GiB with sqlserver-se",
            "Lower it, or leave it out.",
        ),
    ],
)
def test_more_storage_than_sql_server_takes_is_refused(
    stack: cdk.Stack, storage: rds.Storage, waive: Any, given: str, allowed: str, advice: str
) -> None:
    assert problems(lambda: new_instance(stack, engine=SQL_SERVER, storage=storage, waive=waive)) == [
        Problem("storage", given, allowed, advice)
    ]


@pytest.mark.parametrize(
    ("storage", "waive", "maximum"),
    [
        (rds.Storage(allocated=GIB(2_000)), {}, 6_000),
        (rds.Storage(allocated=GIB(100)), {}, 1_000),
        (rds.Storage(allocated=GIB(5_454)), {}, 6_000),
        (rds.Storage(maximum=GIB(6_000)), {}, 6_000),
        (rds.Storage(allocated=GIB(16_384)), {rds.STORAGE: "It is full."}, None),
    ],
)
def test_storage_of_sql_server_grows_as_far_as_it_can(
    stack: cdk.Stack, storage: rds.Storage, waive: Any, maximum: int | None
) -> None:
    new_instance(stack, engine=SQL_SERVER, storage=storage, waive=waive)
    assert template(stack).properties("AWS::RDS::DBInstance").get("MaxAllocatedStorage") == maximum


@pytest.mark.parametrize(
    ("engine", "name"),
    [
        ("postgres", ""),
        ("postgres", "1orders"),
        ("postgres", "or-ders"),
        ("postgres", "x" * 64),
        ("mysql", "x" * 65),
        ("oracle-se2", "longer_than_8"),
        ("oracle-se2", "NULL"),
    ],
)
def test_a_database_name_that_rds_refuses_is_refused(stack: cdk.Stack, engine: str, name: str) -> None:
    found = problems(lambda: new_instance(stack, engine=ENGINES[engine], database_name=name))
    assert [problem.option for problem in found] == ["database_name"]


def test_an_instance_type_is_written_without_db(stack: cdk.Stack) -> None:
    [found] = problems(lambda: new_instance(stack, instance_type=ec2.InstanceType("db.m7g.large")))
    assert (found.option, found.advice) == ("instance_type", 'Write ec2.InstanceType("m6g.large").')


@pytest.mark.parametrize("wrong", ["db.m6i.large", "m7g.large"])
def test_a_class_is_advised_that_the_engine_runs_on(stack: cdk.Stack, wrong: str) -> None:
    kind = ec2.InstanceType(wrong)
    [found] = problems(lambda: new_instance(stack, engine=ENGINES["oracle-se2"], instance_type=kind))
    assert found.advice == 'Write ec2.InstanceType("m6i.xlarge").'


def test_oracle_runs_on_classes_with_fewer_processors_to_license(stack: cdk.Stack) -> None:
    kind = ec2.InstanceType("r5.2xlarge.tpc2.mem4x")
    new_instance(stack, engine=ORACLE, instance_type=kind)
    verdict = judge(stack)
    assert verdict.template().properties("AWS::RDS::DBInstance")["DBInstanceClass"] == "db.r5.2xlarge.tpc2.mem4x"
    assert verdict.findings == []


@pytest.mark.parametrize("port", [1433, 1521, 3306, 50_000])
def test_the_default_port_of_another_engine_is_refused_too(stack: cdk.Stack, port: int) -> None:
    [problem] = problems(lambda: new_instance(stack, port=port))
    assert (problem.option, problem.allowed) == ("port", "a port that is no engine's default")


@pytest.mark.parametrize("name", ["postgres", "RDSADMIN", "template0"])
def test_a_database_that_the_engine_brings_along_is_refused(stack: cdk.Stack, name: str) -> None:
    [problem] = problems(lambda: new_instance(stack, database_name=name))
    assert problem.option == "database_name"


@pytest.mark.parametrize(("engine", "name"), [("postgres", "Orders_2"), ("mysql", "a" * 63), ("oracle-se2", "ORCL1")])
def test_a_database_name_that_rds_takes_is_taken(stack: cdk.Stack, engine: str, name: str) -> None:
    new_instance(stack, engine=ENGINES[engine], database_name=name)
    assert template(stack).properties("AWS::RDS::DBInstance")["DBName"] == name


@pytest.mark.parametrize("engine", ["mysql", "mariadb"])
def test_a_class_without_database_insights_is_refused(stack: cdk.Stack, vpc: ec2.IVpc, engine: str) -> None:
    small = {"vpc": vpc, "engine": ENGINES[engine], "instance_type": ec2.InstanceType("t4g.small")}
    assert problems(lambda: new_instance(stack, **small)) == [
        Problem(
            "instance_type",
            "'t4g.small'",
            f"a class on which {engine} has Database Insights",
            "Use medium or larger, or waive rds.DATABASE_INSIGHTS.",
        )
    ]
    assert new_instance(stack, waive={rds.DATABASE_INSIGHTS: "A sandbox."}, **small).instance


@pytest.mark.parametrize("engine", ["oracle-se2", "sqlserver-se"])
def test_a_class_that_the_engine_does_not_run_on_is_refused(stack: cdk.Stack, vpc: ec2.IVpc, engine: str) -> None:
    """Graviton is ARM."""
    known: dict[str, Any] = {"engine": ENGINES[engine], "vpc": vpc}
    [found] = problems(lambda: new_instance(stack, instance_type=ec2.InstanceType("r6gd.large"), **known))
    assert (found.option, found.given) == ("instance_type", "'r6gd.large'")
    assert found.allowed == f"a class that {engine} runs on, which no Graviton is"
    assert new_instance(stack, instance_type=ec2.InstanceType("m6id.large"), **known).instance


@pytest.mark.parametrize(
    ("engine", "given", "least"),
    [
        (mysql("5.7.44"), "5.7", "8.4"),
        (mysql("8.0.46"), "8.0", "8.4"),
        (mysql("8.0"), "8.0", "8.4"),
        (postgres("11.22"), "11", "14"),
        (postgres("13.23"), "13", "14"),
        (postgres("13"), "13", "14"),
    ],
)
def test_a_version_past_standard_support_is_refused(
    stack: cdk.Stack, vpc: ec2.IVpc, engine: aws_rds.IInstanceEngine, given: str, least: str
) -> None:
    assert problems(lambda: new_instance(stack, vpc=vpc, engine=engine)) == [
        Problem(
            "engine",
            given,
            f"version {least} or newer, which is in standard support",
            "Use a newer version, or waive rds.EXTENDED_SUPPORT_OFF and give a class that the version runs on.",
        )
    ]
    waive = {rds.EXTENDED_SUPPORT_OFF: "It is upgraded next quarter."}
    assert new_instance(stack, vpc=vpc, engine=engine, waive=waive).instance


@pytest.mark.parametrize(
    ("engine", "instance_class"), [(mysql("5.7.44-rds.20260902"), "m5.large"), (postgres("13.23"), "m6g.large")]
)
def test_a_version_past_standard_support_is_clean_when_that_is_waived(
    stack: cdk.Stack, engine: aws_rds.IInstanceEngine, instance_class: str
) -> None:
    waive = {rds.EXTENDED_SUPPORT_OFF: "It is upgraded next quarter."}
    new_instance(stack, engine=engine, instance_type=ec2.InstanceType(instance_class), waive=waive)
    assert judge(stack).findings == []


def test_a_fifo_topic_is_refused(stack: cdk.Stack) -> None:
    topic = sns.Topic(stack, "Topic", fifo=True)
    assert problems(lambda: new_instance(stack, alarm_topic=topic)) == [
        Problem("alarm_topic", "a FIFO topic", "a standard topic", "RDS sends its events to standard topics only.")
    ]


def test_every_store_in_a_bad_vpc_is_refused(stack: cdk.Stack) -> None:
    """What is remembered of a VPC is that it is good."""
    vpc = new_vpc(stack, zones=1)
    for _ in range(2):
        [problem] = problems(lambda: new_instance(stack, vpc=vpc))
        assert (problem.option, problem.given) == ("vpc", "subnets in 1 Availability Zone(s)")
