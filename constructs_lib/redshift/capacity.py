"""The capacity of a serverless workgroup, in Redshift processing units."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from aws_cdk import aws_redshiftserverless as serverless

from constructs_lib.errors import Checks
from constructs_lib.options import options

BASE_RPUS: Final = frozenset({4, *range(8, 513, 8), *range(544, 1025, 32)})
"""https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-capacity.html"""
LARGE_REGIONS: Final = ("eu-central-1", "eu-west-1", "us-east-1", "us-east-2", "us-west-2")
"""Where a base of more than 512 may be given."""
LARGE_RPUS: Final = 512
MOST_RPUS: Final = 5_632
MAX_RPUS: Final = 512
GRID: Final = 8

Level = Literal["low-cost", "economical", "balanced", "resourceful", "high-performance"]
LEVELS: Final[Mapping[str, int]] = {
    "low-cost": 1,
    "economical": 25,
    "balanced": 50,
    "resourceful": 75,
    "high-performance": 100,
}


@options
class BaseCapacity:
    """A capacity that is there as soon as a query comes, and that grows with the load up to a ceiling.

    https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-capacity.html

    Args:
        rpus: 4, a multiple of 8 up to 512, or a multiple of 32 up to 1024. 4 RPUs serve up to 32 TB, 8 to 24 RPUs up to
            128 TB; more than 512 exist in five Regions.
        max_rpus: The ceiling, a multiple of 8 up to 5632: what an hour can cost.

    Raises:
        InvalidOptionsError: A number is not one of those, or the ceiling is below the base.
    """

    rpus: int = 128
    max_rpus: int = MAX_RPUS

    def __post_init__(self) -> None:
        checks = Checks(lambda: "BaseCapacity")
        if checks.require_literal("rpus", self.rpus):
            checks.require(
                self.rpus in BASE_RPUS,
                "rpus",
                self.rpus,
                allowed="4, 8 to 512 in steps of 8, or 544 to 1024 in steps of 32",
                advice="Leave it out for 128.",
            )
        _check_ceiling(self.max_rpus, self.rpus, checks)
        checks.refuse()

    def check(self, region: str, checks: Checks) -> None:
        """Record a base that the Region of the stack has not; a token is not judged."""
        checks.require(
            self.rpus <= LARGE_RPUS or region in LARGE_REGIONS,
            "capacity",
            region,
            given=f"{self.rpus} RPUs in {region}",
            allowed=f"at most {LARGE_RPUS} outside {', '.join(LARGE_REGIONS)}",
            advice="Give less, and a higher max_rpus.",
        )

    @property
    def properties(self) -> Mapping[str, Any]:
        """The capacity as the workgroup wants it."""
        return {"base_capacity": self.rpus, "max_capacity": self.max_rpus}


@options
class PricePerformance:
    """A capacity that Redshift finds by itself, from what matters more: a low price, or fast answers.

    https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-scaling.html

    Args:
        level: What matters.
        max_rpus: The ceiling, a multiple of 8 up to 5632: what an hour can cost.

    Raises:
        InvalidOptionsError: The ceiling is not one of those.
    """

    level: Level = "balanced"
    max_rpus: int = MAX_RPUS

    def __post_init__(self) -> None:
        checks = Checks(lambda: "PricePerformance")
        _check_ceiling(self.max_rpus, GRID, checks)
        checks.refuse()

    def check(self, region: str, checks: Checks) -> None:
        """Record nothing: every Region has every level."""

    @property
    def properties(self) -> Mapping[str, Any]:
        """The capacity as the workgroup wants it."""
        target = serverless.CfnWorkgroup.PerformanceTargetProperty(status="ENABLED", level=LEVELS[self.level])
        return {"price_performance_target": target, "max_capacity": self.max_rpus}


def _check_ceiling(ceiling: int, base: int, checks: Checks) -> None:
    if not checks.require_literal("max_rpus", ceiling):
        return
    advice = "It is what an hour can cost: give one that you would pay."
    checks.require(
        ceiling % GRID == 0 and base <= ceiling <= MOST_RPUS,
        "max_rpus",
        ceiling,
        allowed=f"{max(base, GRID)} to {MOST_RPUS} in steps of {GRID}",
        advice=advice,
    )
