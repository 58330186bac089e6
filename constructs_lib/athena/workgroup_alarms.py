"""What a workgroup is watched for."""

from typing import Final

from constructs_lib.alarms import AlarmRule

LIMIT_SHARE: Final = 0.8

FAILURE_ALARMS: Final = (
    AlarmRule(
        metric="TotalExecutionTime",
        threshold=0,
        statistic="SampleCount",
        period_seconds=300,
        periods=3,
        missing="notBreaching",
        why="For a quarter of an hour, queries failed. The history of the workgroup says why: a mistake in the SQL, a "
        "permission, objects that do not fit the schema, or the limit of what a query may read.",
    ),
)


def limit_alarms(limit_bytes: float) -> tuple[AlarmRule, ...]:
    """Return the rules for queries that come near the limit.

    https://docs.aws.amazon.com/athena/latest/ug/query-metrics-viewing.html

    Args:
        limit_bytes: What a query may read.
    """
    return (
        AlarmRule(
            metric="ProcessedBytes",
            threshold=int(limit_bytes * LIMIT_SHARE),
            statistic="Maximum",
            period_seconds=300,
            periods=1,
            missing="notBreaching",
            why="A query read more than 80 % of what it may, and is stopped when its data grows. Let it ask for fewer "
            "partitions or columns, or raise scan_limit.",
        ),
    )
