"""What an Aurora cluster answers of the rules that look at one of its resources alone."""

from collections.abc import Mapping
from typing import Final, cast

from aws_cdk import aws_rds as rds
from constructs import Construct

from constructs_lib.acknowledgements import Waivers, acknowledge
from constructs_lib.practices import aurora as practices
from constructs_lib.practices.practice import HIPAA, NIST_R4, NIST_R5, nag
from constructs_lib.rds.aurora_members import FAILOVER_TIER, Member
from constructs_lib.rds.aurora_origin import (
    MEMBERSHIP,
    Clone,
    GlobalSecondary,
    Origin,
    PointInTimeRestore,
    is_global,
    is_headless,
)

LONG_TERM: Final = (
    "The minor version has long-term support: Aurora would move the cluster off it, were it allowed to upgrade."
)
LACKS_BACKTRACK: Final = "The Region has no backtracking."
ENCRYPTED: Final = "The copy has a key of its own, and with that RDS copies encrypted clusters alone."
HEADLESS: Final = "The cluster is headless: it has no members until the Region takes over."
CLUSTER_IS_BACKED_UP: Final = "Aurora is backed up as a whole: the backup plan selects the cluster, not its members."
BACKED_UP: Final = nag("RDSInBackupPlan", HIPAA, NIST_R4, NIST_R5)
CLUSTER_IS_MONITORED: Final = "Enhanced Monitoring is set on the cluster, for all its members."
SMALLER_READERS: Final = (
    "Those of promotion tier 0 and 1, which take over, are as large as the writer; the others are not meant to."
)
LATE_WRITER: Final = "The writer is of a later promotion tier; the rule counts those that take over first."
SIZE_WARNING: Final = "Annotation::@aws-cdk/aws-rds:provisionedReadersDontMatchWriter"
READER_WARNINGS: Final = (
    SIZE_WARNING,
    *(
        f"Annotation::@aws-cdk/aws-rds:{name}"
        for name in (
            "noFailoverServerlessReaders",
            "serverlessInHighestTier2-15",
            "serverlessInstanceCantScaleWithWriter",
        )
    ),
)
"""What the L2 says of readers, which AURORA_READER says in its own way."""


def acknowledge_cluster(
    cluster: rds.DatabaseCluster, waivers: Waivers, *, origin: Origin | None, cannot_backtrack: bool, long_term: bool
) -> None:
    """Say on the cluster what its Region, its origin and its version do not allow.

    Args:
        cluster: The cluster.
        waivers: What the caller turned off, and answered for.
        origin: Where its data come from.
        cannot_backtrack: Whether its engine could go back in time, but not where it is.
        long_term: Whether its version has long-term support.
    """
    if cannot_backtrack and waivers.keeps(practices.BACKTRACK):
        rules = practices.BACKTRACK.answers if isinstance(origin, GlobalSecondary) else practices.BACKTRACK.rules
        acknowledge(cluster, dict.fromkeys(rules, MEMBERSHIP if is_global(origin) else LACKS_BACKTRACK))
    if long_term and waivers.keeps(practices.MINOR_UPGRADES):
        acknowledge(cluster, dict.fromkeys(practices.MINOR_UPGRADES.rules, LONG_TERM))
    if isinstance(origin, Clone | PointInTimeRestore):
        acknowledge(cluster, dict.fromkeys(practices.STORAGE_ENCRYPTION.answers, ENCRYPTED))
    if is_headless(origin):
        acknowledge(cluster, {practices.READER.id: HEADLESS, practices.ALARMS.id: HEADLESS})


def acknowledge_members(
    cluster: rds.DatabaseCluster, members: Mapping[str, Member], waivers: Waivers, *, long_term: bool
) -> None:
    """Say on each member what is answered on the cluster."""
    told = dict.fromkeys(BACKED_UP, CLUSTER_IS_BACKED_UP)
    if waivers.keeps(practices.ENHANCED_MONITORING):
        told |= dict.fromkeys(practices.ENHANCED_MONITORING.answers, CLUSTER_IS_MONITORED)
    if long_term and waivers.keeps(practices.MINOR_UPGRADES):
        told |= dict.fromkeys(practices.MINOR_UPGRADES.rules, LONG_TERM)
    for name in members:
        member = cast("Construct", cluster.node.find_child(name))
        waivers.acknowledge(member, practices.MINOR_UPGRADES, practices.ENHANCED_MONITORING)
        acknowledge(member, told)


def acknowledge_warnings(cluster: rds.DatabaseCluster, members: Mapping[str, Member], waived: str | None) -> None:
    """Answer what the L2 warns of: it asks every reader for the writer's size, and one for its place."""
    if waived:
        acknowledge(cluster, dict.fromkeys(READER_WARNINGS, waived))
    if waived or not members:
        return
    first = [member for member in members.values() if (member.promotion_tier or 0) <= FAILOVER_TIER]
    if len(first) == 1:
        acknowledge(cluster, {practices.READER.id: LATE_WRITER})
    writer, *readers = members.values()
    classes = {member.instance_class for member in readers if not member.serverless} - {writer.instance_class}
    if classes and not writer.serverless:
        acknowledge(cluster, {SIZE_WARNING: SMALLER_READERS})
