"""What an Aurora cluster is watched for."""

from typing import Final

from constructs_lib.alarms import AlarmRule
from constructs_lib.rds.aurora_engines import AuroraTraits
from constructs_lib.rds.aurora_origin import GlobalSecondary, Origin, is_headless
from constructs_lib.rds.instance_alarms import (
    CONNECTIONS_SHARE,
    CPU_PERCENT,
    MEMORY_SHARE,
    UNKNOWN_MEMORY_BYTES,
    used_transaction_ids,
)
from constructs_lib.rds.instance_class import GIBIBYTE

REPLICA_LAG_MILLISECONDS: Final = 2_000
CACHE_HIT_PERCENT: Final = 95
ACU_PERCENT: Final = 90
LARGEST_VOLUME_BYTES: Final = 128 * 1024 * GIBIBYTE
"""What every supported version has; newer ones have twice as much."""
VOLUME_SHARE: Final = 0.1
DEADLOCKS: Final = 1
"""A second, on average over five minutes."""

GLOBAL_LAG_MILLISECONDS: Final = 5_000

_GLOBAL_LAG: Final = AlarmRule(
    metric="AuroraGlobalDBReplicationLag",
    threshold=GLOBAL_LAG_MILLISECONDS,
    statistic="Maximum",
    why="The Region is usually less than a second behind the primary; with five, a failover to it would lose them. "
    "Look for bursts of writes, and at the size of its members.",
)


def cluster_alarms(
    traits: AuroraTraits,
    memory: int | None,
    *,
    serverless: bool = False,
    backtracks: bool = False,
    origin: Origin | None = None,
) -> list[AlarmRule]:
    """Return the rules for one cluster. Metrics of members are those of the worst one.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html

    Args:
        traits: The engine's.
        memory: The memory of the smallest member.
        serverless: Whether any member is.
        backtracks: Whether the cluster can go back in time.
        origin: Where its data come from; a secondary of a global database lags behind its primary.
    """
    if is_headless(origin):
        return [_GLOBAL_LAG]
    memory = memory or UNKNOWN_MEMORY_BYTES
    rules = [
        AlarmRule(
            metric="CPUUtilization",
            threshold=CPU_PERCENT,
            statistic="Maximum",
            why="Above 90 % queries of a member queue for its processor. Find the top SQL in Database Insights, move "
            "reads to readers, or scale up.",
        ),
        AlarmRule(
            metric="FreeableMemory",
            threshold=int(memory * MEMORY_SHARE),
            comparison="LessThanThreshold",
            statistic="Minimum",
            why="Below a tenth of the smallest member's memory it may be restarted. Look for long sessions or "
            "scale up.",
        ),
        AlarmRule(
            metric="DatabaseConnections",
            threshold=int(traits.most_connections(memory) * CONNECTIONS_SHARE),
            statistic="Maximum",
            why="At 80 % of the smallest member's default max_connections the next deployment may not get its pool. "
            "Look for leaks.",
        ),
        AlarmRule(
            metric="Deadlocks",
            threshold=DEADLOCKS,
            missing="notBreaching",
            why="More than one deadlock a second: transactions take the same rows in different orders.",
        ),
        AlarmRule(
            metric="BufferCacheHitRatio",
            threshold=CACHE_HIT_PERCENT,
            comparison="LessThanThreshold",
            periods=15,
            missing="notBreaching",
            why="Below 95 % for a quarter of an hour the working set does not fit into memory. Scale up, or read less.",
        ),
        AlarmRule(
            metric="AuroraReplicaLagMaximum",
            threshold=REPLICA_LAG_MILLISECONDS,
            statistic="Maximum",
            missing="notBreaching",
            why="Readers lag by milliseconds. With two seconds a reader is overloaded, answers with old data, and may "
            "be restarted.",
        ),
        _volume(traits),
    ]
    if traits.wraps_transaction_ids:
        rules.append(used_transaction_ids())
    if serverless:
        rules.append(
            AlarmRule(
                metric="ACUUtilization",
                threshold=ACU_PERCENT,
                statistic="Maximum",
                why="At 90 % of its largest capacity a member can soon grow no more. Raise the maximum.",
            )
        )
    if backtracks:
        rules.append(
            AlarmRule(
                metric="BacktrackWindowAlert",
                threshold=0,
                statistic="Sum",
                period_seconds=300,
                periods=3,
                missing="notBreaching",
                why="The actual backtrack window is smaller than its target: there are more changes than Aurora keeps. "
                "Restore to a point in time instead, or lower the target.",
            )
        )
    if isinstance(origin, GlobalSecondary):
        rules.append(_GLOBAL_LAG)
    return rules


def _volume(traits: AuroraTraits) -> AlarmRule:
    """Aurora MySQL says how much is left, PostgreSQL how much is used."""
    left = int(LARGEST_VOLUME_BYTES * VOLUME_SHARE)
    why = "A tenth of 128 TiB, the least that a cluster volume can grow to, is left. Delete data, or split the cluster."
    if traits.tells_volume_left:
        return AlarmRule(
            metric="AuroraVolumeBytesLeftTotal",
            threshold=left,
            comparison="LessThanThreshold",
            period_seconds=300,
            periods=1,
            missing="notBreaching",
            why=why,
        )
    return AlarmRule(
        metric="VolumeBytesUsed",
        threshold=LARGEST_VOLUME_BYTES - left,
        period_seconds=300,
        periods=1,
        missing="notBreaching",
        why=why,
    )
