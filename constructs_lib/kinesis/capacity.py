"""The capacity of a stream: on demand, or a number of shards."""

import math
from typing import Any, Final, Literal

import aws_cdk as cdk
from aws_cdk import aws_kinesis as kinesis

from constructs_lib.errors import Checks
from constructs_lib.options import options

RECORDS_A_SECOND: Final = 1_000
"""What producers may write to one shard each second."""
WRITTEN_BYTES_A_SECOND: Final = 2**20
READ_BYTES_A_SECOND: Final = 2 * 2**20
"""What all consumers without enhanced fan-out may read of one shard each second, together."""
READS_A_SECOND: Final = 5
"""How often they may read, together; a consumer reads once a second."""
MOST_SHARDS: Final = 100_000
MOST_RECORD_BYTES: Final = 10 * 2**20
MOST_WARM_MIB: Final = 10 * 1024
"""What a stream may be kept warm for until AWS raises the quota."""
CAPACITY_SHARE: Final = 0.8
"""How much of its capacity a stream should use at the peak; beyond it, an alarm begins."""

CONSUMERS: Final = 20
CONSUMERS_OF_ADVANTAGE: Final = 50
"""How many consumers may be registered with one stream."""

Distribution = Literal["AUTO", "USER_PARTITION_KEY"]


@options
class OnDemand:
    """Shards that AWS adds and removes with the traffic, paid by the gigabyte.

    https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html

    A stream takes twice the peak of the last 30 days at once; beyond it, producers are throttled for a while.

    Args:
        distribution: ``USER_PARTITION_KEY`` keeps the records of a partition key in order, in one shard; ``AUTO``
            ignores partition keys and spreads records evenly. None is AWS's default, USER_PARTITION_KEY.
        advantage: Whether the account and Region are on On-demand Advantage, which is a setting of theirs and commits
            them to a minimum of throughput. It allows 50 consumers in place of 20, and warm throughput.
        warm_mib_per_second: What producers can write at once, without a peak before it: up to 10240 MiB a second; None
            leaves that to the traffic.

    Raises:
        InvalidOptionsError: The warm throughput is out of range, or asked for without Advantage.
    """

    distribution: Distribution | None = None
    advantage: bool = False
    warm_mib_per_second: int | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "OnDemand")
        advice = "Leave it out, and the stream grows with its traffic."
        checks.require_between(
            1, self.warm_mib_per_second, MOST_WARM_MIB, "warm_mib_per_second", unit="MiB a second", advice=advice
        )
        if self.warm_mib_per_second is not None and not self.advantage:
            checks.problem(
                "warm_mib_per_second",
                "a warm throughput without advantage=True",
                allowed="None, or an account on On-demand Advantage",
                advice="Commit the account with UpdateAccountSettings first, and say so here.",
            )
        checks.refuse()

    @property
    def most_consumers(self) -> int:
        """How many consumers may be registered with the stream."""
        return CONSUMERS_OF_ADVANTAGE if self.advantage else CONSUMERS

    @property
    def mode(self) -> kinesis.StreamMode:
        """The mode as CDK wants it."""
        return kinesis.StreamMode.ON_DEMAND

    @property
    def shard_count(self) -> int | None:
        """The number of shards; None is AWS's to decide."""
        return None

    @property
    def settings(self) -> dict[str, Any]:
        """What the L2 does not know, as properties of CloudFormation."""
        given = {"RecordDistributionStrategy": self.distribution, "WarmThroughputMiBps": self.warm_mib_per_second}
        return {name: value for name, value in given.items() if value is not None}


@options
class Traffic:
    """What a stream carries at its peak, from which its shards are computed.

    https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html

    A shard takes 1000 records and 1 MiB a second, and gives 2 MiB in 5 reads a second to all consumers that share it.
    Shards are as many as leave a fifth of each free, provided that partition keys spread the records evenly.

    Args:
        records_per_second: The records that are written each second.
        record_size: The average size of a record, with its partition key: up to 10 MiB.
        shared_consumers: The consumers that read without enhanced fan-out: 0 to 5.

    Raises:
        InvalidOptionsError: A value is out of range, or known only at deployment.
    """

    records_per_second: float
    record_size: cdk.Size
    shared_consumers: int = 1

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Traffic")
        for option in ("records_per_second", "record_size", "shared_consumers"):
            checks.require_literal(option, getattr(self, option))
        checks.refuse()
        checks.require(
            0 < self.records_per_second <= MOST_SHARDS * RECORDS_A_SECOND,
            "records_per_second",
            self.records_per_second,
            allowed="more than 0",
            advice="Give the peak; OnDemand needs no number.",
        )
        checks.require_between(
            1, self.record_size.to_bytes(), MOST_RECORD_BYTES, "record_size", unit="bytes", advice="Split larger ones."
        )
        checks.require_between(
            0,
            self.shared_consumers,
            READS_A_SECOND,
            "shared_consumers",
            unit="consumers",
            advice="A shard is read five times a second, however many shards there are: register the others with "
            "stream.add_consumer, for enhanced fan-out.",
        )
        checks.refuse()

    @property
    def shards(self) -> int:
        """How many shards the traffic wants."""
        return max(shards for _, shards in self._wants)

    @property
    def reason(self) -> str:
        """How the number was found, in words."""
        wants = "; ".join(f"{what} want {shards}" for what, shards in self._wants)
        return f"{_count(self.shards)}, of which the peak uses 80 % at most: {wants}."

    @property
    def _wants(self) -> list[tuple[str, int]]:
        written = self.records_per_second * self.record_size.to_bytes()
        read = written * self.shared_consumers
        return [
            (f"{self.records_per_second:g} records a second", _shards(self.records_per_second, RECORDS_A_SECOND)),
            (f"writes of {written / 2**20:.4g} MiB a second", _shards(written, WRITTEN_BYTES_A_SECOND)),
            (f"reads of {read / 2**20:.4g} MiB a second", _shards(read, READ_BYTES_A_SECOND)),
        ]


def _count(shards: int) -> str:
    return "1 shard" if shards == 1 else f"{shards} shards"


def _shards(wanted: float, of_one: int) -> int:
    return max(1, math.ceil(round(wanted / (of_one * CAPACITY_SHARE), 6)))


@options
class Provisioned:
    """A number of shards that stays until it is changed here, paid by the hour.

    https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html

    One deployment can at most double the number, or halve it; ten a day can change it.

    Args:
        shards: How many: 1 to 100000, or the :class:`Traffic` from which they are computed.

    Raises:
        InvalidOptionsError: The number is out of range, or known only at deployment.
    """

    shards: int | Traffic

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Provisioned")
        if checks.require_literal("shards", self.shards):
            advice = "Use OnDemand, or several streams." if self.shard_count else "A stream has one shard at least."
            checks.require_between(1, self.shard_count, MOST_SHARDS, "shards", unit="shards", advice=advice)
        checks.refuse()

    @property
    def most_consumers(self) -> int:
        """How many consumers may be registered with the stream."""
        return CONSUMERS

    @property
    def mode(self) -> kinesis.StreamMode:
        """The mode as CDK wants it."""
        return kinesis.StreamMode.PROVISIONED

    @property
    def shard_count(self) -> int:
        """The number of shards."""
        return self.shards.shards if isinstance(self.shards, Traffic) else self.shards

    @property
    def reason(self) -> str:
        """The number of shards in words, and how it was found."""
        return self.shards.reason if isinstance(self.shards, Traffic) else f"{_count(self.shards)}."

    @property
    def settings(self) -> dict[str, Any]:
        """What the L2 does not know, as properties of CloudFormation."""
        return {}
