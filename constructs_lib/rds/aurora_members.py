"""The DB instances of an Aurora cluster: how large they are, and which of them takes over."""

import re
from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds

from constructs_lib.acknowledgements import Waivers
from constructs_lib.errors import Checks, is_token, show
from constructs_lib.options import options
from constructs_lib.practices import aurora as practices
from constructs_lib.rds.aurora_engines import AuroraTraits, Version, least, reaches
from constructs_lib.rds.engines import has_insights
from constructs_lib.rds.instance_class import GIBIBYTE, is_burstable, is_instance_class, memory_bytes
from constructs_lib.rds.settings import CA, INSIGHTS_RETENTION

SERVERLESS_CLASS: Final = "serverless"
WRITER: Final = "Writer"
"""The id of the writer, and its name in custom endpoints."""
READER: Final = "Reader"
MOST_READERS: Final = 15
LOWEST_TIER: Final = 15
FAILOVER_TIER: Final = 1
"""Readers of tier 0 and 1 scale with a serverless writer, and take over first."""
BYTES_PER_ACU: Final = 2 * GIBIBYTE
MOST_ACUS: Final = 256
SHORTEST_PAUSE: Final = 5 * 60
LONGEST_PAUSE: Final = 24 * 60 * 60

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_GROUP: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_TAKEN: Final = frozenset({WRITER, "Resource", "Secret", "SecurityGroup", "Subnets"})


@options
class Member:
    """A DB instance of a cluster: its writer, or one of its readers.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html

    Args:
        instance_type: The class, without ``db.``; None is serverless, with the capacity of the cluster.
        promotion_tier: 0 to 15: the lowest takes over first, and 0 and 1 scale with a serverless writer. None is 0 for
            the writer, 1 for the first reader, 2 for the second.
        group: A name that several members share, by which custom endpoints lead to all of them: letters, digits and
            dashes. It names no member.

    Raises:
        InvalidOptionsError: The class is none, or has ``db.`` in front, the tier is out of range, or the group is no
            name.
    """

    instance_type: ec2.InstanceType | None = None
    promotion_tier: int | None = None
    group: str | None = None
    instance_class: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Member")
        name = self.instance_type.to_string() if self.instance_type else SERVERLESS_CLASS
        checks.require(
            self.instance_type is None or is_instance_class(name),
            "instance_type",
            name,
            allowed="an instance class, without the prefix db",
            advice='Write ec2.InstanceType("r7g.large"), or leave it out for a serverless member.',
        )
        checks.require_between(
            0, self.promotion_tier, LOWEST_TIER, "promotion_tier", advice="Readers in tier 0 and 1 take over first."
        )
        checks.require(
            self.group is None or _GROUP.fullmatch(self.group) is not None,
            "group",
            self.group,
            allowed="letters, digits and dashes, a letter first",
            advice='Write group="analytics", or leave it out.',
        )
        checks.refuse()
        object.__setattr__(self, "instance_class", name)

    @property
    def serverless(self) -> bool:
        """Whether its capacity follows the load."""
        return self.instance_type is None


@options
class ServerlessCapacity:
    """How far the capacity of serverless members follows the load, in Aurora capacity units (ACU) of 2 GiB.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html

    Args:
        minimum: 0 to 256 ACUs in halves; 0 lets members pause. Database Insights wants 2.
        maximum: 1 to 256 ACUs in halves, at least the minimum.
        auto_pause: After how long without connections members pause: 5 minutes to 24 hours, with a minimum of 0
            alone; None is 5 minutes.

    Raises:
        InvalidOptionsError: A capacity or the time is out of range, or members that never pause have such a time.
    """

    minimum: float = 2.0
    maximum: float = 32.0
    auto_pause: cdk.Duration | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "ServerlessCapacity")
        for option, low, value in (("minimum", 0, self.minimum), ("maximum", 1, self.maximum)):
            advice = "An ACU is 2 GiB of memory."
            if checks.require_between(low, value, MOST_ACUS, option, unit="ACUs", advice=advice):
                checks.require(value * 2 == int(value * 2), option, value, allowed="half ACUs", advice="Round it up.")
        checks.require(
            is_token(self.minimum) or self.minimum <= self.maximum,
            "maximum",
            self.maximum,
            allowed=f"at least the minimum of {self.minimum} ACUs",
            advice="Raise it, or lower the minimum.",
        )
        if self.auto_pause is not None:
            seconds = self.auto_pause.to_seconds()
            checks.require_between(
                SHORTEST_PAUSE,
                seconds,
                LONGEST_PAUSE,
                "auto_pause",
                unit="seconds",
                advice="Write Duration.minutes(5).",
            )
            checks.require(
                is_token(self.minimum) or self.minimum == 0,
                "auto_pause",
                self.auto_pause,
                given="a time after which to pause",
                allowed=f"None with a minimum of {self.minimum} ACUs",
                advice="Only members with a minimum of 0 pause.",
            )
        checks.refuse()


def with_tiers(writer: Member, readers: Mapping[str, Member]) -> dict[str, Member]:
    """Return all members by their names, the writer first, each with a promotion tier."""
    tiers = {WRITER: writer, **readers}
    return {
        name: replace(member, promotion_tier=min(place, LOWEST_TIER)) if member.promotion_tier is None else member
        for place, (name, member) in enumerate(tiers.items())
    }


def member_groups(members: Mapping[str, Member]) -> dict[str, list[str]]:
    """Return the names of the members of each group."""
    groups: dict[str, list[str]] = {}
    for name, member in members.items():
        if member.group is not None:
            groups.setdefault(member.group, []).append(name)
    return groups


def check_members(
    writer: Member, readers: Mapping[str, Member], serverless: ServerlessCapacity, waivers: Waivers, checks: Checks
) -> None:
    """Refuse too many readers, names that cannot be ids, and a cluster in which nobody is ready to take over."""
    for name in readers:
        checks.require(
            _NAME.fullmatch(name) is not None and name not in _TAKEN,
            "readers",
            name,
            allowed=f"names of letters and digits, but not {', '.join(sorted(_TAKEN))}",
            advice='Write readers={"Reader": rds.Member()}.',
        )
    checks.require(
        len(readers) <= MOST_READERS,
        "readers",
        readers,
        given=f"{len(readers)} readers",
        allowed=f"at most {MOST_READERS}",
        advice="Use larger classes, or a second cluster.",
    )
    for group, names in member_groups({WRITER: writer, **readers}).items():
        checks.require(
            group not in (WRITER, *readers),
            "writer" if names == [WRITER] else "readers",
            group,
            given=f"the group {group} of {', '.join(names)}, which is the name of a member too",
            allowed="groups whose names no member has",
            advice="Rename the group: endpoints name both alike.",
        )
    if practices.READER in waivers:
        return
    tiered = with_tiers(writer, readers)
    ready = {
        name: member
        for name, member in tiered.items()
        if name in readers and (is_token(member.promotion_tier) or (member.promotion_tier or 0) <= FAILOVER_TIER)
    }
    checks.require(
        bool(ready),
        "readers",
        readers,
        given="none that takes over" if readers else "none",
        allowed=f"a reader of promotion tier 0 to {FAILOVER_TIER}",
        advice=f"Add one of the writer's class, or waive {practices.READER.constant}.",
    )
    needed = member_memory(writer, serverless)
    for name, member in ready.items():
        given = member_memory(member, serverless)
        if needed is not None and given is not None and given < needed:
            checks.problem(
                "readers",
                f"{name}, {given // GIBIBYTE} GiB",
                allowed=f"at least the writer's {needed // GIBIBYTE} GiB, where it takes over",
                advice=f"Enlarge it, or give it a promotion tier of {FAILOVER_TIER + 1} or more.",
            )


def check_insights(
    members: Mapping[str, Member], engine_type: str, traits: AuroraTraits, waivers: Waivers, checks: Checks
) -> None:
    """Refuse members on whose class the engine has no Database Insights, unless that is waived."""
    for name, member in members.items():
        checks.require(
            has_insights(member.instance_class, traits) or practices.DATABASE_INSIGHTS in waivers,
            "writer" if name == WRITER else "readers",
            member,
            given=f"{name}, {member.instance_class}",
            allowed=f"a class on which {engine_type} has Database Insights",
            advice=f"Use t4g.medium or larger, or waive {practices.DATABASE_INSIGHTS.constant}.",
        )


def check_serverless(
    members: Mapping[str, Member],
    given: ServerlessCapacity | None,
    traits: AuroraTraits,
    version: Version | None,
    checks: Checks,
) -> None:
    """Refuse a capacity that no member has, and one that the engine's version does not know."""
    if given is None:
        return
    checks.require(
        any(member.serverless for member in members.values()),
        "serverless",
        given,
        given="a capacity",
        allowed="None, since no member is serverless",
        advice="Write rds.Member() for a member that is.",
    )
    checks.require(
        is_token(given.minimum) or given.minimum > 0 or reaches(version, traits.auto_pause),
        "serverless",
        given.minimum,
        given=f"a minimum of {show(given.minimum)} ACUs",
        allowed=f"0.5 or more before version {least(traits.auto_pause)}",
        advice="Use a version that can pause.",
    )


def member_memory(member: Member, serverless: ServerlessCapacity) -> int | None:
    """Return the memory of a member, of a serverless one the most it can have; None where that is not known."""
    if not member.serverless:
        return memory_bytes(member.instance_class)
    return None if is_token(serverless.maximum) else int(serverless.maximum * BYTES_PER_ACU)


def burstable(members: Mapping[str, Member]) -> list[str]:
    """Return the names of the members whose class is burstable."""
    return [name for name, member in members.items() if is_burstable(member.instance_class)]


def describe_member(
    name: str, member: Member, *, upgrades: bool, window: str, insights: bool, key: kms.IKey | None
) -> rds.IClusterInstance:
    """Describe a member to the L2. What is the cluster's is said again: the L2 warns where the two differ."""
    alike: dict[str, Any] = {
        "ca_certificate": CA,
        "publicly_accessible": False,
        "preferred_maintenance_window": window,
        "auto_minor_version_upgrade": upgrades,
        "enable_performance_insights": insights,
        "performance_insight_encryption_key": key,
        "performance_insight_retention": INSIGHTS_RETENTION if insights else None,
    }
    if member.serverless:
        scales = (member.promotion_tier or 0) <= FAILOVER_TIER
        return rds.ClusterInstance.serverless_v2(name, scale_with_writer=scales, **alike)
    return rds.ClusterInstance.provisioned(
        name, instance_type=member.instance_type, promotion_tier=member.promotion_tier, **alike
    )
