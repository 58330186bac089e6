"""What a DB instance is watched for."""

from typing import Final

from constructs_lib.alarms import AlarmRule
from constructs_lib.rds.engines import InstanceTraits
from constructs_lib.rds.instance_class import GIBIBYTE, has_ebs_balance, is_burstable, memory_bytes

CPU_PERCENT: Final = 90
MEMORY_SHARE: Final = 0.1
STORAGE_SHARE: Final = 0.1
"""Of what the instance starts with: no metric says what is allocated now, and more would alarm before RDS adds any."""
CONNECTIONS_SHARE: Final = 0.8
LATENCY_SECONDS: Final = 0.02
DISK_QUEUE_DEPTH: Final = 64
BALANCE_PERCENT: Final = 10
CPU_CREDITS: Final = 20
USED_TRANSACTION_IDS: Final = 1_000_000_000
UNKNOWN_MEMORY_BYTES: Final = 8 * GIBIBYTE
STORAGE_STUCK: Final = (
    "RDS adds storage when a tenth of what is allocated is left. Below a tenth of what the instance started with for "
    "15 minutes, it cannot: the maximum is reached, or the storage was modified too recently. Raise the maximum."
)
STORAGE_FILLING: Final = (
    "A tenth of the storage is left, and it does not grow by itself. Full storage stops the instance: add some now."
)


def instance_alarms(
    engine_type: str, traits: InstanceTraits, instance_class: str, storage_gib: int, *, grows: bool
) -> list[AlarmRule]:
    """Return the rules for one instance, with thresholds that fit its engine, class and storage.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html#RDS
    """
    memory = memory_bytes(instance_class) or UNKNOWN_MEMORY_BYTES
    connections = min(memory // traits.connection_bytes, traits.most_connections)
    rules = [
        AlarmRule(
            metric="CPUUtilization",
            threshold=CPU_PERCENT,
            why="Above 90 % queries queue for the processor. Find the top SQL in Database Insights, or scale up.",
        ),
        AlarmRule(
            metric="FreeableMemory",
            threshold=int(memory * MEMORY_SHARE),
            comparison="LessThanThreshold",
            why="Below a tenth of the class's memory the engine starts to swap. Look for long sessions, or scale up.",
        ),
        AlarmRule(
            metric="FreeStorageSpace",
            threshold=int(storage_gib * GIBIBYTE * STORAGE_SHARE),
            comparison="LessThanThreshold",
            period_seconds=300,
            periods=3,
            why=STORAGE_STUCK if grows else STORAGE_FILLING,
        ),
        AlarmRule(
            metric="DatabaseConnections",
            threshold=int(connections * CONNECTIONS_SHARE),
            why="At 80 % of the default max_connections the next deployment may not get its pool. Look for leaks.",
        ),
        AlarmRule(
            metric="ReadLatency",
            threshold=LATENCY_SECONDS,
            periods=10,
            missing="notBreaching",
            why="SSD storage answers within a few milliseconds. Above 20 ms reads wait for IOPS or bandwidth.",
        ),
        AlarmRule(
            metric="WriteLatency",
            threshold=LATENCY_SECONDS,
            periods=10,
            missing="notBreaching",
            why="A write waits for both zones, a few milliseconds. Above 20 ms it waits for IOPS or bandwidth.",
        ),
        AlarmRule(
            metric="DiskQueueDepth",
            threshold=DISK_QUEUE_DEPTH,
            periods=10,
            why="More than 64 requests waiting for storage means that its IOPS are used up.",
        ),
    ]
    if has_ebs_balance(instance_class):
        rules += [_balance("EBSIOBalance%", "I/O operations"), _balance("EBSByteBalance%", "bytes")]
    if is_burstable(instance_class):
        rules.append(
            AlarmRule(
                metric="CPUCreditBalance",
                threshold=CPU_CREDITS,
                comparison="LessThanThreshold",
                why="With 20 credits left the class soon falls to its baseline. Use a class that does not burst.",
            )
        )
    if engine_type == "postgres":
        rules.append(used_transaction_ids())
    return rules


def used_transaction_ids() -> AlarmRule:
    """Return the rule for what stops PostgreSQL altogether, on an instance and in a cluster."""
    return AlarmRule(
        metric="MaximumUsedTransactionIDs",
        threshold=USED_TRANSACTION_IDS,
        statistic="Maximum",
        why="PostgreSQL stops accepting writes near two billion unvacuumed transaction IDs. Look for what "
        "holds autovacuum back: long transactions, abandoned replication slots.",
    )


def _balance(metric: str, what: str) -> AlarmRule:
    return AlarmRule(
        metric=metric,
        threshold=BALANCE_PERCENT,
        comparison="LessThanThreshold",
        missing="notBreaching",
        why=f"The class's burst of {what} to its storage is nearly spent; then it falls to its baseline. Scale up.",
    )
