"""What a serverless workgroup is watched for."""

from typing import Final

from constructs_lib.alarms import AlarmRule

CAPACITY_SHARE: Final = 0.9
BUSY_SHARE: Final = 0.5
SECONDS_A_DAY: Final = 86_400


def workgroup_alarms(max_rpus: int) -> list[AlarmRule]:
    """Return the rules for one workgroup.

    Both metrics have the workgroup's dimension alone; the others are published for each database and type of query.

    https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-monitoring.html
    """
    return [
        AlarmRule(
            metric="ComputeCapacity",
            threshold=int(max_rpus * CAPACITY_SHARE),
            statistic="Maximum",
            period_seconds=300,
            periods=6,
            missing="notBreaching",
            why="For half an hour the workgroup ran at more than 90 % of its highest capacity; beyond that, queries "
            "wait. Look for the longest in SYS_QUERY_HISTORY, or raise max_rpus.",
        ),
        AlarmRule(
            metric="ComputeSeconds",
            threshold=int(max_rpus * SECONDS_A_DAY * BUSY_SHARE),
            statistic="Sum",
            period_seconds=SECONDS_A_DAY,
            periods=1,
            missing="notBreaching",
            why="In one day the workgroup was paid for half of what its highest capacity costs around the clock. Look "
            "in SYS_SERVERLESS_USAGE for what keeps it awake.",
        ),
    ]
