"""What the two engines of Amazon Aurora have and lack, as data."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from aws_cdk import aws_rds as rds

from constructs_lib.errors import Checks, is_token
from constructs_lib.rds.engines import MYSQL_DATABASES, POSTGRES_DATABASES, EngineTraits, dotted

Version = tuple[int, ...]
"""The version of Aurora, without that of the database: ``8.0.mysql_aurora.3.10.1`` is ``(3, 10, 1)``."""

ENDED: Final[Mapping[str, str]] = {
    "aurora": "Aurora MySQL 1 has ended, and with it the engine modes serverless (v1), parallelquery and multimaster. "
    "Use DatabaseClusterEngine.aurora_mysql, with serverless members or features; for several writers Aurora DSQL: "
    "dsql.Cluster.",
}
"""Engines that are gone, and what to use instead."""
MOST_POSTGRES_CONNECTIONS: Final = 5_000
LIMITLESS: Final = "-limitless"

_VERSION: Final = re.compile(r"(?:[\d.]+mysql_aurora\.)?(?P<numbers>\d+(?:\.\d+)*)(?:-.*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuroraTraits(EngineTraits):
    """What a construct has to know of one of Aurora's engines.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraFeaturesRegionsDBEngines.grids.html

    Args:
        port: The port that this library gives it.
        logs: What it can export to CloudWatch Logs.
        tls_parameters: The cluster parameters that force encryption in transit.
        log_parameters: The cluster parameters that fill the exported logs.
        database_name: What the name of a first database looks like.
        reserved_names: Databases that the engine brings along.
        reserved_ports: Ports that it refuses.
        standard_support: The oldest major version that does not cost Extended Support.
        without_insights: The classes on which it has no Database Insights, as a regular expression.
        most_connections: Its default ``max_connections``, from the memory of the class in bytes.
        backtracks: Whether it can go back in time without a restore.
        tells_volume_left: Whether it says how much the volume can still grow; else it says how much is used.
        wraps_transaction_ids: Whether it runs out of transaction IDs.
        parallel_query: The cluster parameters of parallel query; empty where there is none.
        long_term: The minor versions with long-term support, by their first numbers.
        auto_pause: The first minor version that can pause, for each major one; newer major versions can, older cannot.
        write_forwarding: The same for local write forwarding.
        zero_etl: The same for zero-ETL integrations.
        zero_etl_parameters: The cluster parameters that let a cluster be the source of such integrations.
        table_name: How the data filter of an integration names a table.
        names_databases: Whether that filter has to name each database.
    """

    most_connections: Callable[[int], int]
    backtracks: bool = False
    tells_volume_left: bool = False
    wraps_transaction_ids: bool = False
    parallel_query: Mapping[str, str] = field(default_factory=dict)
    long_term: tuple[Version, ...] = ()
    auto_pause: tuple[Version, ...] = ()
    write_forwarding: tuple[Version, ...] = ()
    zero_etl: tuple[Version, ...] = ()
    zero_etl_parameters: Mapping[str, str] = field(default_factory=dict)
    table_name: str = "database.table"
    names_databases: bool = False


def _mysql_connections(memory: int) -> int:
    return int(max(math.log2(memory / 805_306_368) * 45, math.log2(memory / 8_187_281_408) * 1_000))


def _postgres_connections(memory: int) -> int:
    return min(memory // 9_531_392, MOST_POSTGRES_CONNECTIONS)


AURORA_ENGINES: Final[Mapping[str, AuroraTraits]] = {
    "aurora-mysql": AuroraTraits(
        port=3307,
        logs=("audit", "error", "general", "iam-db-auth-error", "instance", "slowquery"),
        most_connections=_mysql_connections,
        standard_support=(3,),
        tls_parameters={"require_secure_transport": "ON", "tls_version": "TLSv1.2,TLSv1.3"},
        log_parameters={
            "server_audit_events": "CONNECT,QUERY_DCL,QUERY_DDL",
            "server_audit_logging": "1",
            "slow_query_log": "1",
        },
        reserved_names=MYSQL_DATABASES,
        without_insights=r"t[23]\..*|t4g\.(micro|small)",
        backtracks=True,
        tells_volume_left=True,
        parallel_query={"aurora_parallel_query": "ON"},
        long_term=((3, 4), (3, 10)),
        auto_pause=((3, 8, 0),),
        write_forwarding=((3, 4, 0),),
        zero_etl=((3, 5, 2),),
        zero_etl_parameters={
            "aurora_enhanced_binlog": "1",
            "binlog_backup": "0",
            "binlog_format": "ROW",
            "binlog_replication_globaldb": "0",
            "binlog_row_image": "full",
            "binlog_row_metadata": "full",
        },
    ),
    "aurora-postgresql": AuroraTraits(
        port=5433,
        logs=("iam-db-auth-error", "instance", "postgresql"),
        most_connections=_postgres_connections,
        standard_support=(14,),
        tls_parameters={"rds.force_ssl": "1"},
        log_parameters={
            "log_lock_waits": "1",
            "log_min_duration_statement": "1000",
            "pgaudit.log": "ddl,role",
            "pgaudit.role": "rds_pgaudit",
            "shared_preload_libraries": "pg_stat_statements,pgaudit",
        },
        reserved_names=POSTGRES_DATABASES,
        wraps_transaction_ids=True,
        long_term=((16, 8), (17, 7)),
        auto_pause=((13, 15), (14, 12), (15, 7), (16, 3)),
        write_forwarding=((14, 13), (15, 8), (16, 4)),
        zero_etl=((16, 4), (17, 4)),
        zero_etl_parameters={
            "aurora.enhanced_logical_replication": "1",
            "aurora.logical_replication_backup": "0",
            "aurora.logical_replication_globaldb": "0",
            "rds.logical_replication": "1",
        },
        table_name="database.schema.table",
        names_databases=True,
    ),
}


def aurora_traits(engine: rds.IClusterEngine, checks: Checks) -> tuple[AuroraTraits, Version | None]:
    """Return the engine's traits and its version, None while that is a token; what is not Aurora is refused.

    The traits of an engine that is refused are PostgreSQL's, so that the rest of the options can still be checked.
    """
    engine_type = engine.engine_type
    traits = AURORA_ENGINES.get(engine_type)
    checks.require(
        traits is not None,
        "engine",
        engine,
        given=engine_type,
        allowed=", ".join(AURORA_ENGINES),
        advice=ENDED.get(engine_type, "Use a factory of rds.DatabaseClusterEngine."),
    )
    version = engine.engine_version.full_version if engine.engine_version else None
    checks.require(
        version is not None or traits is None,
        "engine",
        engine,
        given=f"{engine_type} without a version",
        allowed="a versioned engine",
        advice="Use a factory of rds.DatabaseClusterEngine, with version=...",
    )
    checks.require(
        version is None or LIMITLESS not in version,
        "engine",
        version,
        allowed="a version without shards",
        advice="Limitless keeps its data in a shard group instead of members. Write rds.CfnDBCluster and "
        "rds.CfnDBShardGroup.",
    )
    if traits is None:
        return AURORA_ENGINES["aurora-postgresql"], None
    return traits, aurora_version(version)


def aurora_version(text: str | None) -> Version | None:
    """Read the version of Aurora: ``8.0.mysql_aurora.3.10.1``, ``17.6``; None for a token and for what is none."""
    if text is None or is_token(text) or not (match := _VERSION.fullmatch(text)):
        return None
    return tuple(int(number) for number in match["numbers"].split("."))


def reaches(version: Version | None, floors: Sequence[Version]) -> bool:
    """Tell whether a version has what came with these minor versions; one that is not known has it.

    ``16`` alone has it too: Aurora takes the newest minor version then.
    """
    if version is None:
        return True
    for floor in floors:
        if version[0] == floor[0]:
            return version >= floor[: len(version)]
    return version[0] > max(floor[0] for floor in floors)


def has_long_term_support(traits: AuroraTraits, version: Version | None) -> bool:
    """Tell whether a minor version is kept for years, until Aurora is allowed to upgrade it.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Update.SpecialVersions.html
    """
    return version is not None and version[:2] in traits.long_term


def least(floors: Sequence[Version]) -> str:
    """Write the first minor versions as a reader would: ``3.8.0``."""
    return ", ".join(map(dotted, floors)) + " or newer"
