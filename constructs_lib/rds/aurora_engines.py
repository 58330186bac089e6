"""What the two engines of Amazon Aurora have and lack, as data."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from aws_cdk import aws_rds as rds

from constructs_lib.errors import Checks

Version = tuple[int, ...]

_ANY: Final[Version] = (0,)


@dataclass(frozen=True, slots=True)
class AuroraTraits:
    """What a construct has to know of one engine. Versions are those of Aurora, without the database's own.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraFeaturesRegionsDBEngines.grids.html

    Args:
        default_port: The port that the engine listens on unless told otherwise.
        port: The port that this library gives it.
        logs: What it can export to CloudWatch Logs.
        connection_bytes: Its ``max_connections`` is the memory of the class divided by this.
        tls_parameters: The cluster parameters that force encryption in transit.
        log_parameters: The cluster parameters that fill the exported logs.
        backtracks: Whether it can go back in time without a restore.
        parallel_query: The cluster parameters of parallel query; empty where there is none.
        long_term: The minor versions with long-term support, by their first numbers.
        auto_pause: The first minor version of each major one that can pause; a major version without one can.
        write_forwarding: The same for local write forwarding.
    """

    default_port: int
    port: int
    logs: tuple[str, ...]
    connection_bytes: int
    tls_parameters: Mapping[str, str]
    log_parameters: Mapping[str, str]
    backtracks: bool = False
    parallel_query: Mapping[str, str] = field(default_factory=dict)
    long_term: tuple[Version, ...] = ()
    auto_pause: tuple[Version, ...] = ()
    write_forwarding: tuple[Version, ...] = ()


AURORA_ENGINES: Final[Mapping[str, AuroraTraits]] = {
    "aurora-mysql": AuroraTraits(
        default_port=3306,
        port=3307,
        logs=("audit", "error", "general", "iam-db-auth-error", "instance", "slowquery"),
        connection_bytes=12_582_880,
        tls_parameters={"require_secure_transport": "ON", "tls_version": "TLSv1.2,TLSv1.3"},
        log_parameters={
            "server_audit_events": "CONNECT,QUERY_DCL,QUERY_DDL",
            "server_audit_logging": "1",
            "slow_query_log": "1",
        },
        backtracks=True,
        parallel_query={"aurora_parallel_query": "ON"},
        long_term=((3, 4), (3, 10)),
        auto_pause=((3, 8, 0),),
        write_forwarding=((3, 4, 0),),
    ),
    "aurora-postgresql": AuroraTraits(
        default_port=5432,
        port=5433,
        logs=("iam-db-auth-error", "instance", "postgresql"),
        connection_bytes=9_531_392,
        tls_parameters={"rds.force_ssl": "1"},
        log_parameters={"log_lock_waits": "1", "log_min_duration_statement": "1000"},
        long_term=((16, 8), (17, 7)),
        auto_pause=((13, 15), (14, 12), (15, 7), (16, 3)),
        write_forwarding=((14, 13), (15, 8), (16, 4)),
    ),
}
