"""How much storage a DB instance has, and how far it grows."""

from dataclasses import field
from typing import Final

import aws_cdk as cdk

from constructs_lib.errors import Checks
from constructs_lib.options import options

SMALLEST_GIB: Final = 20
LARGEST_GIB: Final = 65_536
GROWTH: Final = 10
"""Without a stated maximum, storage may grow to ten times what it starts with."""


def largest_start(end: int) -> int:
    """Return how much storage may start with that ends so: RDS wants at least a tenth of room to grow."""
    return end * 10 // 11


@options
class Storage:
    """General purpose SSD storage (gp3) that grows by itself.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html

    Args:
        allocated: What the instance starts with: 20 to 59578 GiB.
        maximum: How far it may grow, at least a tenth more than it starts with; None is ten times as much, or what the
            engine takes.
            RDS has no more than 65536 GiB; SQL Server 16384 GiB, and 6000 GiB where it grows.

    Raises:
        InvalidOptionsError: A size is out of range.
    """

    allocated: cdk.Size = cdk.Size.gibibytes(100)
    maximum: cdk.Size | None = None

    allocated_gib: int = field(init=False, repr=False, compare=False)
    maximum_gib: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Storage")
        for option, size in (("allocated", self.allocated), ("maximum", self.maximum)):
            checks.require_literal(option, size)
        checks.refuse()
        start = int(self.allocated.to_gibibytes())
        end = int(self.maximum.to_gibibytes()) if self.maximum else min(start * GROWTH, LARGEST_GIB)
        for option, size in (("allocated", self.allocated), ("maximum", self.maximum)):
            if size and size.to_gibibytes() % 1:
                checks.problem(option, f"{size.to_gibibytes()} GiB", allowed="whole GiB", advice="Round it up.")
        if checks.require_between(
            SMALLEST_GIB,
            start,
            largest_start(LARGEST_GIB),
            "allocated",
            unit="GiB",
            advice="Give cdk.Size.gibibytes(100).",
        ):
            advice = "RDS wants a tenth of room to grow: give more, or leave it out."
            checks.require_between(-(-start * 11 // 10), end, LARGEST_GIB, "maximum", unit="GiB", advice=advice)
        checks.refuse()
        object.__setattr__(self, "allocated_gib", start)
        object.__setattr__(self, "maximum_gib", end)
