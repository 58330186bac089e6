"""What a cluster is watched for."""

from dataclasses import replace
from typing import Final

from constructs_lib.alarms import AlarmRule

CPU_PERCENT: Final = 90
DISK_PERCENT: Final = 80
CONNECTIONS: Final = 400
COMMITS: Final = 10
WAITING: Final = 20

CLUSTER_ALARMS: Final = (
    AlarmRule(
        metric="HealthStatus",
        threshold=1,
        comparison="LessThanThreshold",
        statistic="Minimum",
        periods=3,
        why="Redshift asks the cluster every minute, and got no answer three times. It is overloaded or broken: look "
        "at the running queries and at AWS Health.",
    ),
    AlarmRule(
        metric="CPUUtilization",
        threshold=CPU_PERCENT,
        period_seconds=300,
        periods=6,
        why="For half an hour the nodes were busy to 90 %, leader included. Look for skewed tables and for queries "
        "that should run at night; or add nodes.",
    ),
    AlarmRule(
        metric="PercentageDiskSpaceUsed",
        threshold=DISK_PERCENT,
        period_seconds=300,
        periods=3,
        why="More than 80 % of the storage is in use. Queries spill to disk when memory is short, and are cancelled "
        "when the disk is full. Unload what is old, run VACUUM, or add nodes.",
    ),
    AlarmRule(
        metric="DatabaseConnections",
        threshold=CONNECTIONS,
        periods=5,
        why="More than 400 connections are open; depending on the node type, a cluster takes 500 or more. Look for "
        "sessions that nobody closes, or use the Redshift Data API.",
    ),
    AlarmRule(
        metric="CommitQueueLength",
        threshold=COMMITS,
        period_seconds=300,
        periods=3,
        why="For a quarter of an hour more than ten transactions waited to be committed, which happens one after "
        "another. Load in larger transactions.",
    ),
    AlarmRule(
        metric="WLMQueueLength",
        threshold=WAITING,
        period_seconds=300,
        periods=3,
        missing="notBreaching",
        why="For a quarter of an hour more than twenty queries waited in the WLM queues. Look for the longest that "
        "runs, turn on concurrency scaling for the queue, or add nodes.",
    ),
)
"""https://docs.aws.amazon.com/redshift/latest/mgmt/metrics-listing.html"""


def cluster_alarms(pauses: bool) -> list[AlarmRule]:
    """Return the rules for a cluster; one that is paused by a schedule publishes nothing while it rests."""
    return [replace(rule, missing="notBreaching") if pauses else rule for rule in CLUSTER_ALARMS]
