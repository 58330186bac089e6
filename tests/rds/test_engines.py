"""What is known of the engines."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_rds

from constructs_lib import rds
from constructs_lib.errors import Checks
from constructs_lib.rds.engines import DEFAULT_PORTS, ENGINES, HIGHEST_PORT, LOWEST_PORT, engine_traits
from tests.rds.instances import ENGINES as VERSIONED
from tests.rds.instances import SQL_SERVER_EXPRESS, new_instance
from tests.synthesis import judge


@pytest.mark.parametrize("engine", ENGINES)
def test_the_port_is_one_that_the_engine_takes(engine: str) -> None:
    traits = ENGINES[engine]
    assert LOWEST_PORT <= traits.port <= HIGHEST_PORT
    assert traits.port not in DEFAULT_PORTS | traits.reserved_ports


@pytest.mark.parametrize("engine", VERSIONED)
def test_the_engine_of_an_edition_is_found(engine: str) -> None:
    checks = Checks(lambda: "Orders")
    assert engine_traits(VERSIONED[engine], checks) == (engine, ENGINES[engine.partition("-")[0]])
    checks.refuse()


def test_an_edition_without_a_standby_runs_when_multi_az_is_waived(stack: cdk.Stack) -> None:
    new_instance(stack, engine=SQL_SERVER_EXPRESS, waive={rds.MULTI_AZ: "Express Edition has no standby."})
    assert judge(stack).findings == []


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
        aws_rds.DatabaseInstanceEngine.mysql(version=aws_rds.MysqlEngineVersion.VER_8_0_46),
        aws_rds.DatabaseInstanceEngine.maria_db(version=aws_rds.MariaDbEngineVersion.VER_10_6_25),
    ],
    ids=lambda it: f"{it.engine_type}-{it.engine_version.full_version}",
)
def test_other_editions_and_versions_are_clean(stack: cdk.Stack, engine: aws_rds.IInstanceEngine) -> None:
    new_instance(stack, engine=engine)
    assert judge(stack).findings == []
