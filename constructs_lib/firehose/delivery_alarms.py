"""What a delivery stream is watched for."""

import math
from typing import Final

from constructs_lib.alarms import AlarmRule
from constructs_lib.firehose.buffering import Buffering
from constructs_lib.firehose.transformation import Transformation

SLACK_SECONDS: Final = 600
"""How much older than the buffering interval a record may become: 15 minutes in all by default, as AWS recommends."""
BEHIND_MILLISECONDS: Final = 600_000
_PERIOD_SECONDS: Final = 300
_PERIODS: Final = 3


def delivery_alarms(
    buffering: Buffering,
    *,
    backup: Buffering | None,
    reads_stream: bool,
    transformation: Transformation | None,
    converts: bool = False,
    partitions: bool = False,
    copies: bool = False,
    commits: bool = False,
) -> list[AlarmRule]:
    """Return the rules for one delivery stream, with thresholds that fit its buffering.

    https://docs.aws.amazon.com/firehose/latest/dev/firehose-cloudwatch-metrics-best-practices.html

    Args:
        buffering: How much is gathered for one object.
        backup: How much is gathered for one copy of what came; None keeps no copies.
        reads_stream: Whether the source is a Kinesis stream.
        transformation: The function that changes records, which gathers them too.
        converts: Whether records are converted to a columnar format.
        partitions: Whether folders are found dynamically.
        copies: Whether objects are copied to Redshift.
        commits: Whether rows are committed to tables of Iceberg, and failures alone go to S3.
    """
    seconds = buffering.seconds + (transformation.seconds if transformation else 0)
    rules = (
        [_fresh("DeliveryToIceberg", seconds), _counted("DeliveryToIceberg.FailedRowCount", _NO_ROWS, periods=1)]
        if commits
        else [
            _fresh("DeliveryToS3", seconds),
            _successful("DeliveryToS3.Success", seconds, "Objects cannot be written to S3. Read the log DeliveryToS3."),
        ]
    )
    if copies:
        rules.append(
            _successful(
                "DeliveryToRedshift.Success",
                seconds,
                "COPY fails. Read the log DeliveryToRedshift and the view SYS_LOAD_ERROR_DETAIL of the warehouse; what "
                "is given up is listed in manifests in the bucket.",
            )
        )
    if backup:
        rules += [
            _fresh("BackupToS3", backup.seconds),
            _successful(
                "BackupToS3.Success", backup.seconds, "Copies cannot be written to S3. Read the log SourceBackup."
            ),
        ]
    rules += _reads() if reads_stream else [_counted("ThrottledRecords", _REFUSED)]
    if transformation:
        why = "The function fails, or answers too late. Read its log."
        rules.append(_successful("ExecuteProcessing.Success", transformation.seconds, why))
    if converts:
        rules.append(_counted("FailedConversion.Records", _UNCONVERTED, periods=1))
    if partitions:
        rules.append(_counted("PartitionCountExceeded", _TOO_MANY, periods=1))
    return rules


_REFUSED: Final = (
    "Records were refused for a quarter of an hour, because they came faster than the delivery stream's quota. "
    "Producers have to try them again; ask AWS for a higher quota."
)
_UNCONVERTED: Final = (
    "Records do not fit the table's columns, and are in the error prefix. Mend the table or the producer, and put them "
    "again."
)
_NO_ROWS: Final = (
    "Records do not fit the columns of their table, or the table could not be written, and are in the error prefix. "
    "Read the log DeliveryToIceberg, mend the table or the producer, and put them again."
)
_TOO_MANY: Final = (
    "More folders are written at a time than the quota allows, and records go to the error prefix. Partition by keys "
    "of fewer values, or ask AWS for a higher quota."
)


def _fresh(where: str, seconds: int) -> AlarmRule:
    threshold = seconds + SLACK_SECONDS
    return AlarmRule(
        metric=f"{where}.DataFreshness",
        threshold=threshold,
        statistic="Maximum",
        period_seconds=_period(seconds),
        periods=1,
        missing="notBreaching",
        why=f"The oldest record waits longer than {threshold} seconds, ten minutes more than it is gathered for: "
        "delivery fails or cannot keep up. Records are lost after a day.",
    )


def _period(seconds: int) -> int:
    """Return whole five minutes, as long as it takes until something is delivered: in between, there is no data."""
    return max(1, math.ceil(seconds / _PERIOD_SECONDS)) * _PERIOD_SECONDS


def _successful(metric: str, seconds: int, why: str) -> AlarmRule:
    return AlarmRule(
        metric=metric,
        threshold=1,
        comparison="LessThanThreshold",
        period_seconds=_period(seconds),
        periods=_PERIODS,
        missing="notBreaching",
        why=f"Some attempts failed in three periods in a row. {why}",
    )


def _counted(metric: str, why: str, *, periods: int = _PERIODS) -> AlarmRule:
    return AlarmRule(
        metric=metric,
        threshold=0,
        statistic="Sum",
        period_seconds=_PERIOD_SECONDS,
        periods=periods,
        missing="notBreaching",
        why=why,
    )


def _reads() -> list[AlarmRule]:
    busy = "Other consumers read the same shards: give them enhanced fan-out, or the stream more shards."
    return [
        AlarmRule(
            metric="KinesisMillisBehindLatest",
            threshold=BEHIND_MILLISECONDS,
            statistic="Maximum",
            period_seconds=_PERIOD_SECONDS,
            periods=_PERIODS,
            missing="notBreaching",
            why="Firehose reads the Kinesis stream ten minutes late; what is older than the stream's retention is "
            f"lost. {busy}",
        ),
        _counted("ThrottledGetRecords", f"Reading was throttled for a quarter of an hour. {busy}"),
        _counted("ThrottledGetShardIterator", f"Beginning to read was throttled for a quarter of an hour. {busy}"),
    ]
