"""What is known of the engines."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_rds

from constructs_lib import rds
from constructs_lib.errors import Checks
from constructs_lib.rds.engines import (
    ANY_VERSION,
    DEFAULT_PORTS,
    ENGINES,
    HIGHEST_PORT,
    LOWEST_PORT,
    Version,
    engine_traits,
    has_since,
    instance_version,
)
from tests.rds.instances import ENGINES as VERSIONED
from tests.rds.instances import SQL_SERVER_EXPRESS, new_instance
from tests.synthesis import judge, template


@pytest.mark.parametrize("engine", ENGINES)
def test_the_port_is_one_that_the_engine_takes(engine: str) -> None:
    traits = ENGINES[engine]
    assert LOWEST_PORT <= traits.port <= HIGHEST_PORT
    assert traits.port not in DEFAULT_PORTS | traits.reserved_ports


@pytest.mark.parametrize("engine", VERSIONED)
def test_the_engine_of_an_edition_is_found(engine: str) -> None:
    checks = Checks(lambda: "Orders")
    assert engine_traits(VERSIONED[engine], checks)[:2] == (engine, ENGINES[engine.partition("-")[0]])
    checks.refuse()


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("18.3", (18, 3)),
        ("18", (18,)),
        ("5.7.44-rds.20260902", (5, 7, 44)),
        ("16.00.4236.2.v1", (16, 0, 4236, 2)),
        ("19.0.0.0.ru-2025-10.rur-2025-10.r1", (19, 0, 0, 0)),
        ("latest", None),
        ("${Token[TOKEN.1]}", None),
        (None, None),
    ],
)
def test_a_version_is_read(text: str | None, version: Version | None) -> None:
    assert instance_version(text) == version


@pytest.mark.parametrize(
    ("version", "first", "has"),
    [
        ((10, 6, 25), (10, 11), False),
        ((10, 11, 16), (10, 11), True),
        ((11, 8), (10, 11), True),
        ((16, 0), (16, 0, 4215, 2), True),
        (None, (10, 11), True),
        ((8, 4), ANY_VERSION, True),
        ((19,), None, False),
        (None, None, False),
    ],
)
def test_a_version_has_what_came_before_it(version: Version | None, first: Version | None, has: bool) -> None:
    assert has_since(version, first) is has


@pytest.mark.parametrize(("version", "tokens"), [("10.6.25", False), ("10.11.16", True)])
def test_mariadb_checks_tokens_from_a_version_on(stack: cdk.Stack, version: str, tokens: bool) -> None:
    known = aws_rds.MariaDbEngineVersion.of(version, version.rpartition(".")[0])
    new_instance(stack, engine=aws_rds.DatabaseInstanceEngine.maria_db(version=known))
    properties = template(stack).properties("AWS::RDS::DBInstance")
    assert properties.get("EnableIAMDatabaseAuthentication", False) is tokens
    assert ("iam-db-auth-error" in properties["EnableCloudwatchLogsExports"]) is tokens


def test_an_edition_without_a_standby_runs_when_multi_az_is_waived(stack: cdk.Stack) -> None:
    new_instance(stack, engine=SQL_SERVER_EXPRESS, waive={rds.MULTI_AZ: "Express Edition has no standby."})
    verdict = judge(stack)
    properties = verdict.template().properties("AWS::RDS::DBInstance")
    assert properties["DBInstanceClass"] == "db.t3.xlarge"
    assert properties["EnableCloudwatchLogsExports"] == ["error"]
    assert verdict.findings == []


@pytest.mark.parametrize(
    "engine",
    [
        aws_rds.DatabaseInstanceEngine.postgres(version=aws_rds.PostgresEngineVersion.VER_18),
        aws_rds.DatabaseInstanceEngine.mysql(version=aws_rds.MysqlEngineVersion.of("8.4", "8.4")),
        aws_rds.DatabaseInstanceEngine.maria_db(version=aws_rds.MariaDbEngineVersion.of("11.8", "11.8")),
        aws_rds.DatabaseInstanceEngine.sql_server_se(version=aws_rds.SqlServerEngineVersion.VER_16),
        aws_rds.DatabaseInstanceEngine.sql_server_ee(version=aws_rds.SqlServerEngineVersion.VER_16_00_4236_2_V1),
        aws_rds.DatabaseInstanceEngine.sql_server_web(version=aws_rds.SqlServerEngineVersion.VER_16_00_4236_2_V1),
        aws_rds.DatabaseInstanceEngine.oracle_ee(version=aws_rds.OracleEngineVersion.VER_19),
        aws_rds.DatabaseInstanceEngine.oracle_se2_cdb(version=aws_rds.OracleEngineVersion.VER_19),
        aws_rds.DatabaseInstanceEngine.postgres(version=aws_rds.PostgresEngineVersion.VER_16_9),
        aws_rds.DatabaseInstanceEngine.mysql(version=aws_rds.MysqlEngineVersion.VER_8_4_3),
        aws_rds.DatabaseInstanceEngine.maria_db(version=aws_rds.MariaDbEngineVersion.VER_10_6_25),
    ],
    ids=lambda it: f"{it.engine_type}-{it.engine_version.full_version}",
)
def test_other_editions_and_versions_are_clean(stack: cdk.Stack, engine: aws_rds.IInstanceEngine) -> None:
    new_instance(stack, engine=engine)
    assert judge(stack).findings == []
