"""Where the data of an Aurora cluster come from: another cluster, another time, another Region."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from aws_cdk import aws_rds as rds

from constructs_lib.acknowledgements import Waivers
from constructs_lib.errors import Checks, is_token
from constructs_lib.options import options
from constructs_lib.practices import aurora as practices
from constructs_lib.rds.aurora_features import AuroraFeatures
from constructs_lib.rds.aurora_members import MOST_READERS, WRITER, Member, ServerlessCapacity
from constructs_lib.rds.instance_class import is_memory_optimized

LEAST_GLOBAL_ACUS: Final = 8
MEMBERSHIP: Final = "A cluster of a global database cannot go back in time."

_IDENTIFIER: Final = re.compile(r"[A-Za-z][0-9A-Za-z:._-]{0,254}")
_REGION: Final = re.compile(r"[a-z]+(-[a-z]+)+-\d+")
_INHERITED: Final[Mapping[str, Any]] = {"master_username": None, "storage_encrypted": None}
"""What a copy has from its source, and CloudFormation refuses to be told."""
_NO_PASSWORD: Final[Mapping[str, Any]] = {"manage_master_user_password": None, "master_user_secret": None}
"""RDS manages no password in a global database."""


@options
class Clone:
    """A copy of another cluster that shares its storage until one of them writes: ready in minutes, of any size.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Clone.html

    The source is in the same Region, and in the same account or shared with it. It keeps its own life: the clone has
    its own key, password, backups and alarms.

    Args:
        source: The cluster, its identifier, or its ARN if it is shared by another account.

    Raises:
        InvalidOptionsError: The source is empty.
    """

    source: rds.IDatabaseCluster | str

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Clone")
        _check_source(self.source, checks)
        checks.refuse()

    @property
    def properties(self) -> Mapping[str, Any]:
        """What it sets on the L1 of the cluster."""
        return {
            **_INHERITED,
            "source_db_cluster_identifier": _identifier(self.source),
            "restore_type": "copy-on-write",
            "use_latest_restorable_time": True,
        }


@options
class PointInTimeRestore:
    """A full copy of another cluster as it was, from its automated backups.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-pitr.html

    Leave it in place afterwards: a cluster without its origin, or with another time, is a new one.

    Args:
        source: The cluster, or its identifier, in the same Region and account.
        time: The moment, with a time zone; None is the latest that can be restored.

    Raises:
        InvalidOptionsError: The source is empty, or the time has no time zone or has not come yet.
    """

    source: rds.IDatabaseCluster | str
    time: datetime | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "PointInTimeRestore")
        _check_source(self.source, checks)
        if self.time is not None:
            aware = self.time.tzinfo is not None
            checks.require(
                aware and self.time <= datetime.now(UTC) if aware else False,
                "time",
                self.time,
                given=self.time.isoformat(),
                allowed="a moment in the past, with a time zone",
                advice="Write datetime(2026, 11, 1, 12, tzinfo=UTC).",
            )
        checks.refuse()

    @property
    def properties(self) -> Mapping[str, Any]:
        """What it sets on the L1 of the cluster."""
        moment: dict[str, Any] = {"use_latest_restorable_time": True}
        if self.time is not None:
            moment = {"restore_to_time": self.time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
        return {
            **_INHERITED,
            "source_db_cluster_identifier": _identifier(self.source),
            "restore_type": "full-copy",
            **moment,
        }


@options
class GlobalPrimary:
    """The cluster of a global database that is written to. ``AuroraGlobalDatabase`` makes it.

    RDS manages no password in a global database, so the master user logs in with IAM tokens.

    Args:
        secondaries: How many other Regions there are; the primary can have 15 readers less one for each.
    """

    secondaries: int

    @property
    def properties(self) -> Mapping[str, Any]:
        """What it sets on the L1 of the cluster."""
        return {**_NO_PASSWORD, "master_user_authentication_type": "iam-db-auth"}


@options
class GlobalSecondary:
    """A cluster that follows the primary of a global database from another Region.

    ``AuroraGlobalDatabase`` makes it; by itself it joins a global database that exists.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-attaching.html

    Args:
        identifier: That of the global database.
        primary_region: Where its primary is.
        headless: Whether it has storage alone, and no members: cheaper, and slower to take over.
        write_forwarding: Whether its members pass writes on to the primary.

    Raises:
        InvalidOptionsError: The identifier or the Region cannot be one.
    """

    identifier: str
    primary_region: str
    headless: bool = False
    write_forwarding: bool = False

    def __post_init__(self) -> None:
        checks = Checks(lambda: "GlobalSecondary")
        checks.require(
            _IDENTIFIER.fullmatch(self.identifier) is not None,
            "identifier",
            self.identifier,
            allowed="letters, digits, dashes, colons, dots and underscores, a letter first",
            advice="It is the GlobalClusterIdentifier.",
        )
        checks.require(
            _REGION.fullmatch(self.primary_region) is not None,
            "primary_region",
            self.primary_region,
            allowed="the name of a Region",
            advice='Write "eu-west-1".',
        )
        checks.refuse()

    @property
    def properties(self) -> Mapping[str, Any]:
        """What it sets on the L1 of the cluster."""
        return {
            **_NO_PASSWORD,
            "master_username": None,
            "global_cluster_identifier": self.identifier,
            "source_region": self.primary_region,
            "enable_global_write_forwarding": self.write_forwarding or None,
        }


Origin = Clone | PointInTimeRestore | GlobalPrimary | GlobalSecondary
"""Where the data come from; a cluster without one begins empty."""


def is_headless(origin: Origin | None) -> bool:
    """Tell whether the cluster has no members."""
    return isinstance(origin, GlobalSecondary) and origin.headless


def is_global(origin: Origin | None) -> bool:
    """Tell whether the cluster belongs to a global database."""
    return isinstance(origin, GlobalPrimary | GlobalSecondary)


def check_origin(
    origin: Origin | None, engine_type: str, database_name: str | None, region: str, checks: Checks
) -> None:
    """Refuse what the origin decides already."""
    if origin is None or isinstance(origin, GlobalPrimary):
        return
    checks.require(
        database_name is None,
        "database_name",
        database_name,
        allowed=f"None with a {type(origin).__name__}",
        advice="The databases come with the data.",
    )
    if isinstance(origin, Clone | PointInTimeRestore) and not isinstance(origin.source, str) and origin.source.engine:
        source = origin.source.engine.engine_type
        checks.require(
            source == engine_type,
            "engine",
            engine_type,
            allowed=f"{source}, the engine of the source",
            advice="A copy has the engine of what it is a copy of.",
        )
    if isinstance(origin, GlobalSecondary):
        checks.require(
            is_token(region) or region != origin.primary_region,
            "origin",
            region,
            allowed=f"a Region other than the primary's, {origin.primary_region}",
            advice="Give the stack env=cdk.Environment(account=..., region=...).",
        )


def check_membership(
    origin: Origin | None,
    features: AuroraFeatures,
    members: Mapping[str, Member],
    capacity: ServerlessCapacity,
    waivers: Waivers,
    checks: Checks,
) -> None:
    """Refuse what a cluster of a global database cannot have.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.configuration.requirements.html
    """
    if not is_global(origin):
        return
    checks.require(
        waivers.keeps(practices.IAM_AUTHENTICATION),
        "waive",
        practices.IAM_AUTHENTICATION.id,
        allowed="IAM authentication in a global database",
        advice="RDS manages no password there, so the master user logs in with IAM tokens.",
    )
    window = features.backtrack_window
    checks.require(
        window is None or window.to_seconds() == 0,
        "features",
        features,
        given="backtrack_window",
        allowed="none in a global database",
        advice="Leave it out: a global database is restored to a point in time.",
    )
    for name, member in members.items():
        checks.require(
            member.serverless or is_memory_optimized(member.instance_class),
            "writer" if name == WRITER else "readers",
            member.instance_class,
            given=f"{name}, {member.instance_class}",
            allowed="memory optimized classes in a global database",
            advice='Write ec2.InstanceType("r7g.large").',
        )
    checks.require(
        not any(member.serverless for member in members.values())
        or is_token(capacity.minimum)
        or capacity.minimum >= LEAST_GLOBAL_ACUS,
        "serverless",
        capacity.minimum,
        given=f"a minimum of {capacity.minimum} ACUs",
        allowed=f"at least {LEAST_GLOBAL_ACUS} ACUs in a global database",
        advice=f"Write rds.ServerlessCapacity(minimum={LEAST_GLOBAL_ACUS}, maximum=64).",
    )
    if isinstance(origin, GlobalPrimary):
        most = MOST_READERS - origin.secondaries
        checks.require(
            len(members) - 1 <= most,
            "readers",
            members,
            given=f"{len(members) - 1} readers",
            allowed=f"at most {most} beside {origin.secondaries} other Regions",
            advice="Use larger classes, or fewer Regions.",
        )


def _check_source(source: rds.IDatabaseCluster | str, checks: Checks) -> None:
    checks.require(
        not isinstance(source, str) or bool(source.strip()),
        "source",
        source,
        allowed="a cluster or its identifier",
        advice="Write production.cluster, or its identifier.",
    )


def _identifier(source: rds.IDatabaseCluster | str) -> str:
    return source if isinstance(source, str) else source.cluster_identifier


def apply_origin(origin: Origin, cluster: rds.DatabaseCluster) -> None:
    """Set on the L1 what the L2 has no options for."""
    resource = cluster.node.default_child
    for name, value in origin.properties.items():
        setattr(resource, name, value)
