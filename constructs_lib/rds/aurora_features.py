"""What an Aurora cluster can do besides answering queries."""

from collections.abc import Mapping
from typing import Final

import aws_cdk as cdk

from constructs_lib.acknowledgements import Waivers
from constructs_lib.errors import Checks, is_token
from constructs_lib.options import options
from constructs_lib.practices import aurora as practices
from constructs_lib.rds.aurora_engines import AuroraTraits, Version, least, reaches
from constructs_lib.rds.aurora_members import Member, burstable

BACKTRACK: Final = cdk.Duration.hours(24)
LONGEST_BACKTRACK: Final = 72 * 60 * 60
REGIONS_WITHOUT_BACKTRACK: Final = frozenset(
    {
        "af-south-1",
        "ap-east-1",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ca-west-1",
        "cn-northwest-1",
        "eu-north-1",
        "eu-south-1",
        "eu-south-2",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "sa-east-1",
        "us-gov-east-1",
        "us-gov-west-1",
    }
)
"""https://docs.aws.amazon.com/config/latest/developerguide/aurora-mysql-backtracking-enabled.html"""


@options
class AuroraFeatures:
    """What a cluster can do that not every engine, version and class can.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraFeaturesRegionsDBEngines.grids.html

    Args:
        backtrack_window: How far Aurora MySQL can go back in time without a restore: up to 72 hours. None is 24 hours
            where engine and Region have it; a stack without a Region is taken to be in one that has. A cluster made
            without it can never have it: zero wants a waiver of ``rds.AURORA_BACKTRACK``.
        data_api: Whether applications may send SQL over HTTPS, without a connection. Not with burstable classes.
        local_write_forwarding: Whether readers pass writes on to the writer.
        parallel_query: Whether Aurora MySQL computes queries in its storage. Not with burstable classes.
        io_optimized: Whether storage costs more and I/O nothing: cheaper when I/O is a quarter of the bill.
        zero_etl: Whether ``add_zero_etl_integration`` may replicate the cluster. It sets the cluster parameters of
            enhanced binary logs (Aurora MySQL) or enhanced logical replication (Aurora PostgreSQL), which cost I/O, and
            take a reboot of a writer that runs already. Not with members that pause. Aurora MySQL wants a waiver of
            ``rds.AURORA_BACKTRACK`` too, and a cluster that never could go back in time.

    Raises:
        InvalidOptionsError: The window is out of range.
    """

    backtrack_window: cdk.Duration | None = None
    data_api: bool = False
    local_write_forwarding: bool = False
    parallel_query: bool = False
    io_optimized: bool = False
    zero_etl: bool = False

    def __post_init__(self) -> None:
        checks = Checks(lambda: "AuroraFeatures")
        if self.backtrack_window is not None:
            seconds = self.backtrack_window.to_seconds()
            checks.require_between(
                0, seconds, LONGEST_BACKTRACK, "backtrack_window", unit="seconds", advice="Write Duration.hours(24)."
            )
        checks.refuse()


def backtrack_window(
    features: AuroraFeatures, traits: AuroraTraits, region: str, waivers: Waivers
) -> cdk.Duration | None:
    """Return how far back the cluster can go; None where it cannot."""
    if not traits.backtracks or practices.BACKTRACK in waivers or lacks_backtrack(region):
        return None
    return BACKTRACK if features.backtrack_window is None else features.backtrack_window


def lacks_backtrack(region: str) -> bool:
    """Tell whether a Region has no backtracking; one that is known only at deployment is taken to have it."""
    return region in REGIONS_WITHOUT_BACKTRACK


def check_features(
    features: AuroraFeatures,
    traits: AuroraTraits,
    version: Version | None,
    members: Mapping[str, Member],
    checks: Checks,
) -> None:
    """Refuse what engine, version or classes cannot do."""
    checks.require(
        not features.parallel_query or bool(traits.parallel_query),
        "features",
        features,
        given="parallel_query",
        allowed="parallel_query with Aurora MySQL",
        advice="Leave it out: PostgreSQL has parallel plans of its own.",
    )
    checks.require(
        not features.local_write_forwarding or reaches(version, traits.write_forwarding),
        "features",
        features,
        given="local_write_forwarding",
        allowed=f"local_write_forwarding from version {least(traits.write_forwarding)}",
        advice="Use a newer version, or send writes to the writer.",
    )
    small = burstable(members)
    for name, wanted in (("data_api", features.data_api), ("parallel_query", features.parallel_query)):
        checks.require(
            not wanted or not small,
            "features",
            features,
            given=f"{name} with burstable members: {', '.join(small)}",
            allowed="classes that do not burst, or serverless members",
            advice='Write ec2.InstanceType("r7g.large").',
        )


def check_backtrack(
    features: AuroraFeatures, traits: AuroraTraits, region: str, waivers: Waivers, checks: Checks
) -> None:
    """Refuse a window where there is none, and none where there is one, unless that is waived."""
    window = features.backtrack_window
    if window is None:
        return
    seconds = window.to_seconds()
    wanted = is_token(seconds) or seconds > 0
    given = f"a window of {seconds / 3600:g} hours" if not is_token(seconds) else "a window"
    waived = practices.BACKTRACK in waivers
    for holds, allowed, advice in (
        (traits.backtracks or not wanted, "a window for Aurora MySQL", "PostgreSQL is restored to a point in time."),
        (
            not traits.backtracks or not lacks_backtrack(region) or not wanted,
            f"none in {region}, which has no backtracking",
            "Leave it out, or use another Region.",
        ),
        (
            wanted or waived or not traits.backtracks or lacks_backtrack(region),
            "more than 0, up to 72 hours",
            f"Zero turns backtracking off for good: waive {practices.BACKTRACK.constant} if that is meant.",
        ),
        (not wanted or not waived, f"none, since {practices.BACKTRACK.constant} is waived", "Leave one of them out."),
    ):
        if not holds:
            checks.problem("features", given, allowed=allowed, advice=advice)
