"""How much a delivery stream gathers before it delivers."""

from typing import Final

import aws_cdk as cdk

from constructs_lib.errors import Checks
from constructs_lib.options import options

LONGEST_INTERVAL_SECONDS: Final = 900
LARGEST_SIZE_MIB: Final = 128
LEAST_GROUPED_MIB: Final = 64
"""What format conversion and dynamic partitioning need to gather at least."""
SHORTEST_PARTITIONED_SECONDS: Final = 60


@options
class Buffering:
    """An object is written when one of the two is reached, whichever comes first.

    The default leaves it to the time: few and large objects are what queries and COPY read fastest.

    https://docs.aws.amazon.com/firehose/latest/dev/buffering-hints.html

    Args:
        interval: 0 to 15 minutes, in whole seconds; 0 delivers within seconds, in many small objects.
        size: 1 to 128 MiB, in whole MiB, before compression; more than what arrives in 10 seconds.

    Raises:
        InvalidOptionsError: A value is out of range, or known only at deployment.
    """

    interval: cdk.Duration = cdk.Duration.minutes(5)
    size: cdk.Size = cdk.Size.mebibytes(LARGEST_SIZE_MIB)

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Buffering")
        if checks.require_literal("interval", self.interval):
            advice = "Gather for 15 minutes at most."
            seconds = self.interval.to_seconds()
            checks.require_between(0, seconds, LONGEST_INTERVAL_SECONDS, "interval", unit="seconds", advice=advice)
        if checks.require_literal("size", self.size):
            advice = "Gather no more than Firehose holds for one object."
            checks.require_between(1, self.size.to_mebibytes(), LARGEST_SIZE_MIB, "size", unit="MiB", advice=advice)
        checks.refuse()

    @property
    def seconds(self) -> int:
        """The interval in seconds."""
        return int(self.interval.to_seconds())

    @property
    def mebibytes(self) -> int:
        """The size in MiB."""
        return int(self.size.to_mebibytes())

    def check_grouped(self, why: str, checks: Checks, *, partitioned: bool = False) -> None:
        """Record a problem if this is too little for a feature that groups records.

        Args:
            why: The feature, in words.
            checks: Collects the problem.
            partitioned: Whether the interval has a lower bound too.
        """
        checks.require(
            self.mebibytes >= LEAST_GROUPED_MIB,
            "buffering",
            self,
            given=f"a size of {self.mebibytes} MiB",
            allowed=f"{LEAST_GROUPED_MIB} to {LARGEST_SIZE_MIB} MiB with {why}",
            advice="Give a larger size; the interval still bounds how long records wait.",
        )
        checks.require(
            not partitioned or self.seconds >= SHORTEST_PARTITIONED_SECONDS,
            "buffering",
            self,
            given=f"an interval of {self.seconds} seconds",
            allowed=f"{SHORTEST_PARTITIONED_SECONDS} to {LONGEST_INTERVAL_SECONDS} seconds with {why}",
            advice="Give a longer interval.",
        )
