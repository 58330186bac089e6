"""What a stream and its registered consumers are watched for."""

from typing import Final

from constructs_lib.alarms import AlarmRule
from constructs_lib.kinesis.capacity import (
    CAPACITY_SHARE,
    RECORDS_A_SECOND,
    WRITTEN_BYTES_A_SECOND,
    OnDemand,
    Provisioned,
)

LATEST_HOURS: Final = 24
"""A consumer that is a day behind is late, however long the stream keeps records."""
SUCCESS_SHARE: Final = 0.99
PERIOD_SECONDS: Final = 60


def stream_alarms(capacity: OnDemand | Provisioned, retention_hours: float) -> list[AlarmRule]:
    """Return the rules for one stream, with thresholds that fit its capacity and retention.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html#Kinesis
    """
    return [
        _late("GetRecords.IteratorAgeMilliseconds", "A consumer", retention_hours),
        AlarmRule(
            metric="WriteProvisionedThroughputExceeded",
            threshold=0,
            statistic="Sum",
            periods=3,
            missing="notBreaching",
            why="Producers were throttled for three minutes. A hot shard wants partition keys that spread better; an "
            "even load wants more shards, or capacity on demand.",
        ),
        AlarmRule(
            metric="ReadProvisionedThroughputExceeded",
            threshold=0,
            statistic="Sum",
            periods=3,
            missing="notBreaching",
            why="Consumers were throttled for three minutes: those that share a shard read it five times and 2 MiB a "
            "second in all. Register one of them, for enhanced fan-out, or add shards.",
        ),
        AlarmRule(
            metric="PutRecords.FailedRecords",
            threshold=0,
            statistic="Sum",
            periods=3,
            missing="notBreaching",
            why="Kinesis failed to write records of batches for three minutes. PutRecords reports success all the "
            "same: producers have to send those records again. Look at AWS Health.",
        ),
        AlarmRule(
            metric="PutRecord.Success",
            threshold=SUCCESS_SHARE,
            comparison="LessThanThreshold",
            missing="notBreaching",
            why="More than one single write in a hundred failed for five minutes. Unless they are throttled, a "
            "producer lacks a permission, on the stream or on its key, or has a bug.",
        ),
        *(_near_limits(capacity) if isinstance(capacity, Provisioned) else ()),
    ]


def consumer_alarms(retention_hours: float) -> list[AlarmRule]:
    """Return the rules for one registered consumer."""
    return [_late("SubscribeToShardEvent.MillisBehindLatest", "The consumer", retention_hours)]


def _late(metric: str, who: str, retention_hours: float) -> AlarmRule:
    hours = min(retention_hours / 2, LATEST_HOURS)
    return AlarmRule(
        metric=metric,
        threshold=int(hours * 3_600_000),
        statistic="Maximum",
        missing="notBreaching",
        why=f"{who} is {hours:g} hours behind; the stream forgets records after {in_words(retention_hours)}. Find out "
        "why it stands still, and keep records longer until it has caught up.",
    )


def _near_limits(capacity: Provisioned) -> list[AlarmRule]:
    return [
        AlarmRule(
            metric=metric,
            threshold=int(capacity.shard_count * limit * CAPACITY_SHARE * PERIOD_SECONDS),
            statistic="Sum",
            period_seconds=PERIOD_SECONDS,
            missing="notBreaching",
            why=f"Producers use more than 80 % of what the shards take. Add some before they are throttled. "
            f"{capacity.reason}",
        )
        for metric, limit in (("IncomingBytes", WRITTEN_BYTES_A_SECOND), ("IncomingRecords", RECORDS_A_SECOND))
    ]


def in_words(hours: float) -> str:
    """Return a retention as a reader says it: ``7 days``."""
    return f"{hours / 24:g} days" if hours % 24 == 0 and hours > 24 else f"{hours:g} hours"
