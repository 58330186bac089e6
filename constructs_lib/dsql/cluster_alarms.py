"""What a cluster of Aurora DSQL is watched for."""

from typing import Final

from constructs_lib.alarms import AlarmRule

STORAGE_QUOTA: Final = 10 * 2**40
"""What a cluster may store, in bytes, until AWS raises the quota."""
STORAGE_SHARE: Final = 0.8
CONFLICT_PERCENT: Final = 10
SLOW_COMMIT_MILLISECONDS: Final = 1_000

CLUSTER_ALARMS: Final = (
    AlarmRule(
        metric="OccConflicts",
        share_of="TotalTransactions",
        threshold=CONFLICT_PERCENT,
        statistic="Sum",
        period_seconds=300,
        periods=3,
        missing="notBreaching",
        why="More than one transaction in ten was aborted because another one changed the same rows first. Clients "
        "retry, which costs time and DPUs: spread the writes over more keys.",
    ),
    AlarmRule(
        metric="QueryTimeouts",
        threshold=0,
        statistic="Sum",
        period_seconds=300,
        periods=3,
        missing="notBreaching",
        why="For a quarter of an hour, queries ran into the longest time that a transaction may take, five minutes. "
        "Look at their plans with EXPLAIN ANALYZE VERBOSE.",
    ),
    AlarmRule(
        metric="CommitLatency",
        threshold=SLOW_COMMIT_MILLISECONDS,
        periods=5,
        missing="notBreaching",
        why="Half of the commits take longer than a second, which is many times the round trips between Availability "
        "Zones, or between Regions of one continent, that a commit waits for. Look at AWS Health.",
    ),
    AlarmRule(
        metric="ClusterStorageSize",
        threshold=int(STORAGE_QUOTA * STORAGE_SHARE),
        statistic="Maximum",
        period_seconds=300,
        periods=3,
        missing="notBreaching",
        why="The cluster stores more than 80 % of 10 TiB, the default quota; beyond it, writes fail with DISK_FULL. "
        "Ask AWS for a higher one, and set the threshold to 80 % of that.",
    ),
)
"""https://docs.aws.amazon.com/aurora-dsql/latest/userguide/cloudwatch-monitoring.html"""
