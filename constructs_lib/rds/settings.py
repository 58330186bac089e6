"""What instances and clusters are given alike, and the checks of options that both have."""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_rds as rds

from constructs_lib.acknowledgements import Waivers
from constructs_lib.backup import BackupPolicy
from constructs_lib.errors import Checks
from constructs_lib.practices.practice import Practice
from constructs_lib.rds.engines import (
    DEFAULT_PORTS,
    HIGHEST_PORT,
    LOWEST_PORT,
    EngineTraits,
    Version,
    dotted,
    has_since,
)

ADMIN_USERNAME: Final = "dbadmin"
MONITORING_INTERVAL: Final = cdk.Duration.seconds(60)
CA: Final = rds.CaCertificate.RDS_CA_RSA2048_G1
INSIGHTS_RETENTION: Final = rds.PerformanceInsightRetention.DEFAULT
FEWEST_BACKUP_DAYS: Final = 7
IAM_LOG: Final = "iam-db-auth-error"
"""A log that only engines with IAM authentication write."""
UNKNOWN_PORT: Final = "The port is known only at deployment, where the rule cannot read it."


def check_port(port: int, traits: EngineTraits, practice: Practice, waivers: Waivers, checks: Checks) -> None:
    """Refuse a port that RDS, the engine or a practice does not want."""
    advice = f"Leave it out for {traits.port}"
    if checks.require_between(LOWEST_PORT, port, HIGHEST_PORT, "port", advice=f"{advice}."):
        checks.require(
            port not in traits.reserved_ports,
            "port",
            port,
            allowed="a port that the engine does not keep for itself",
            advice=f"{advice}.",
        )
        checks.require(
            port not in DEFAULT_PORTS or practice in waivers,
            "port",
            port,
            allowed="a port that is no engine's default",
            advice=f"{advice}, or waive {practice.constant}.",
        )


def check_backup(backup: BackupPolicy, practice: Practice, waivers: Waivers, checks: Checks) -> None:
    """Refuse backups that are gone before anybody looks for them, unless that is waived."""
    checks.require(
        backup.days >= FEWEST_BACKUP_DAYS or practice in waivers,
        "backup",
        backup.days,
        given=f"{backup.days:g} days",
        allowed=f"at least {FEWEST_BACKUP_DAYS} days",
        advice=f"Keep backups longer, or waive {practice.constant}.",
    )


def check_support(
    traits: EngineTraits, version: Version | None, practice: Practice, waivers: Waivers, checks: Checks
) -> None:
    """Refuse a version that RDS keeps for money alone, unless that is waived: it would not make the store.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html
    https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html
    """
    if traits.standard_support is None:
        return
    checks.require(
        has_since(version, traits.standard_support) or practice in waivers,
        "engine",
        version,
        given=dotted(version),
        allowed=f"version {dotted(traits.standard_support)} or newer, which is in standard support",
        advice=f"Use a newer version, or waive {practice.constant} and give a class that the version runs on.",
    )


def lifecycle_support(refused: bool) -> rds.EngineLifecycleSupport:
    """Return what becomes of an engine version past its standard support: refused, or paid for."""
    support = rds.EngineLifecycleSupport
    return support.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED if refused else support.OPEN_SOURCE_RDS_EXTENDED_SUPPORT
