"""What the database engines of Amazon RDS have and lack, as data."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from aws_cdk import aws_rds as rds

from constructs_lib.errors import Checks, is_token
from constructs_lib.options import direct
from constructs_lib.rds.storage import LARGEST_GIB

Version = tuple[int, ...]
"""What a version begins with: ``16.00.4215.2.v1`` is ``(16, 0, 4215, 2)``."""
ANY_VERSION: Final[Version] = ()

DEFAULT_PORTS: Final = frozenset({1433, 1521, 3306, 5432, 50_000})
"""Where the engines of RDS listen unless told otherwise."""
LOWEST_PORT: Final = 1150
HIGHEST_PORT: Final = 65535
SQL_SERVER_RESERVED_PORTS: Final = frozenset({1234, 1434, 3260, 3343, 3389, 47001, *range(49152, 49157)})


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineTraits:
    """What a construct has to know of any engine, for instances and clusters alike.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Welcome.html

    Args:
        port: The port that this library gives it.
        logs: What it can export to CloudWatch Logs.
        tls_parameters: The parameters that force encryption in transit.
        log_parameters: The parameters that fill the exported logs.
        database_name: What the name of a first database looks like; empty where it cannot be named at creation.
        reserved_names: Databases that the engine brings along.
        reserved_ports: Ports that it refuses.
        standard_support: The oldest major version that does not cost Extended Support; None where that is not sold.
        without_insights: The classes on which it has no Database Insights, as a regular expression.
    """

    port: int
    logs: tuple[str, ...]
    tls_parameters: Mapping[str, str] = field(default_factory=dict)
    log_parameters: Mapping[str, str] = field(default_factory=dict)
    database_name: str = "[a-zA-Z][a-zA-Z0-9_]{0,62}"
    reserved_names: frozenset[str] = frozenset()
    reserved_ports: frozenset[int] = frozenset()
    standard_support: Version | None = None
    without_insights: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceTraits(EngineTraits):
    """What a construct has to know of the engine of a DB instance.

    Args:
        port: The port that this library gives it.
        logs: What it can export to CloudWatch Logs.
        tls_parameters: The parameters that force encryption in transit; each is off with ``0``.
        log_parameters: The parameters that fill the exported logs.
        database_name: What the name of a first database looks like; empty where it cannot be named at creation.
        reserved_names: Databases that the engine brings along.
        reserved_ports: Ports that it refuses.
        standard_support: The oldest major version that does not cost Extended Support; None where that is not sold.
        without_insights: The classes on which it has no Database Insights, as a regular expression.
        instance_class: The class unless another is given, without ``db.``. PostgreSQL, MySQL, MariaDB and SQL Server
            Express have it in every Region; where Oracle and the other editions lack it, ``instance_type`` is needed.
        connection_bytes: Its ``max_connections`` is the memory of the class divided by this.
        most_connections: The ceiling of ``max_connections``.
        tls_options: The options that force encryption in transit where parameters cannot, each with its settings.
        log_options: The options that fill the exported logs where parameters cannot, each with its settings.
        iam_authentication: The first version that checks IAM tokens; None where none does.
        missing_logs: What rules want exported, and the edition does not have.
        standby: The first version that has a standby; None where none does.
        most_storage_gib: How much gp3 storage it takes.
        most_growth_gib: How far that grows by itself, with the IOPS that gp3 has at first.
    """

    instance_class: str
    connection_bytes: int
    most_connections: int
    tls_options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    log_options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    iam_authentication: Version | None = None
    missing_logs: tuple[str, ...] = ()
    standby: Version | None = ANY_VERSION
    most_storage_gib: int = LARGEST_GIB
    most_growth_gib: int = LARGEST_GIB


_MYSQL_TLS: Final = {"require_secure_transport": "1"}
_MYSQL_LOG_FILES: Final = {"log_output": "FILE", "slow_query_log": "1"}
_MYSQL_AUDIT: Final = {"MARIADB_AUDIT_PLUGIN": {"SERVER_AUDIT_EVENTS": "CONNECT,QUERY_DDL,QUERY_DCL"}}
POSTGRES_DATABASES: Final = frozenset({"postgres", "rdsadmin", "template0", "template1"})
MYSQL_DATABASES: Final = frozenset({"information_schema", "innodb", "mysql", "performance_schema", "sys"})
_MYSQL_LOGS: Final = ("audit", "error", "general", "slowquery", "iam-db-auth-error")

_MYSQL: Final = InstanceTraits(
    port=3307,
    instance_class="m6g.large",
    logs=_MYSQL_LOGS,
    connection_bytes=12_582_880,
    most_connections=16_000,
    tls_parameters=_MYSQL_TLS,
    log_parameters=_MYSQL_LOG_FILES,
    log_options=_MYSQL_AUDIT,
    iam_authentication=ANY_VERSION,
    standard_support=(8, 4),
    reserved_names=MYSQL_DATABASES,
    without_insights=r"t\w+\.(micro|small)",
)

_SQL_SERVER: Final = InstanceTraits(
    port=1435,
    instance_class="m6i.xlarge",
    logs=("agent", "error"),
    connection_bytes=1,
    most_connections=32_767,
    tls_parameters={"rds.force_ssl": "1"},
    database_name="",
    reserved_ports=SQL_SERVER_RESERVED_PORTS,
    most_storage_gib=16_384,
    most_growth_gib=6_000,  # 3000 IOPS, of which it wants one for each 2 GiB
)

ENGINES: Final[Mapping[str, InstanceTraits]] = {
    "postgres": InstanceTraits(
        port=5433,
        instance_class="m6g.large",
        logs=("postgresql", "upgrade", "iam-db-auth-error"),
        connection_bytes=9_531_392,
        most_connections=5_000,
        tls_parameters={"rds.force_ssl": "1"},
        log_parameters={"log_lock_waits": "1", "log_min_duration_statement": "1000"},
        iam_authentication=ANY_VERSION,
        standard_support=(14,),
        reserved_names=POSTGRES_DATABASES,
    ),
    "mysql": _MYSQL,
    "mariadb": replace(
        _MYSQL,
        connection_bytes=25_165_760,
        most_connections=12_000,
        iam_authentication=(10, 11),
        standard_support=None,
    ),
    "sqlserver": _SQL_SERVER,
    "sqlserver-ex": replace(
        _SQL_SERVER, instance_class="t3.xlarge", logs=("error",), missing_logs=("agent",), standby=None
    ),
    "sqlserver-web": replace(_SQL_SERVER, standby=(16, 0, 4215, 2)),
    "oracle": InstanceTraits(
        port=1522,
        instance_class="m6i.xlarge",
        logs=("alert", "audit", "listener", "oemagent", "trace"),
        connection_bytes=9_868_951,
        most_connections=20_000,
        database_name="[a-zA-Z][a-zA-Z0-9]{0,7}",
        reserved_names=frozenset({"null"}),
        tls_options={
            "NATIVE_NETWORK_ENCRYPTION": {
                "SQLNET.ENCRYPTION_SERVER": "REQUIRED",
                "SQLNET.ENCRYPTION_TYPES_SERVER": "AES256",
                "SQLNET.CRYPTO_CHECKSUM_SERVER": "REQUIRED",
                "SQLNET.CRYPTO_CHECKSUM_TYPES_SERVER": "SHA256",
                "SQLNET.ALLOW_WEAK_CRYPTO_CLIENTS": "FALSE",
                "SQLNET.ALLOW_WEAK_CRYPTO": "FALSE",
            }
        },
    ),
}


def engine_traits(engine: rds.IInstanceEngine, checks: Checks) -> tuple[str, InstanceTraits, Version | None]:
    """Return the engine's type, ``sqlserver-se``, its traits and its version; an engine without one is refused.

    The traits of an engine that is refused are PostgreSQL's, so that the rest of the options can still be checked.
    """
    known = direct(engine)
    engine_type = known.engine_type
    traits = ENGINES.get(engine_type) or ENGINES.get(engine_type.partition("-")[0])
    checks.require(
        traits is not None,
        "engine",
        engine,
        given=engine_type,
        allowed=", ".join(it for it in ENGINES if "-" not in it),
        advice="Use a factory of rds.DatabaseInstanceEngine.",
    )
    family = known.parameter_group_family
    checks.require(
        family is not None,
        "engine",
        engine,
        given=f"{engine_type} without a version",
        allowed="a versioned engine",
        advice="Use a factory of rds.DatabaseInstanceEngine, with version=...",
    )
    return engine_type, traits or ENGINES["postgres"], _version(known, family, traits)


def _version(engine: rds.IInstanceEngine, family: str | None, traits: InstanceTraits | None) -> Version | None:
    """Return the major version, which the parameter group's family names, or the whole one where a minor one decides.

    The whole one takes three calls to Node.
    """
    if traits and traits.standby and (version := engine.engine_version):
        return instance_version(version.full_version)
    major = re.search(r"[\d.]+$", family or "")
    return instance_version(major[0] if major else None)


def instance_version(text: str | None) -> Version | None:
    """Read the version of an instance: ``10.6.25``, ``16.00.4215.2.v1``; None for a token and for what is none."""
    if text is None or is_token(text) or not (match := re.match(r"\d+(?:\.\d+)*", text)):
        return None
    return tuple(int(number) for number in match[0].split("."))


def has_insights(instance_class: str, traits: EngineTraits) -> bool:
    """Tell whether the engine has Database Insights on the class.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.Engines.html
    """
    return re.fullmatch(traits.without_insights, instance_class) is None


def dotted(version: Version | None) -> str:
    """Write a version with dots, as a reader would; nothing while it is not known."""
    return ".".join(map(str, version or ()))


def has_since(version: Version | None, first: Version | None) -> bool:
    """Tell whether a version has what came with another one; None came with none, and a token is taken to have it.

    ``16.00`` alone has it too: RDS takes the newest minor version then.
    """
    return first is not None and (version is None or version >= first[: len(version)])
