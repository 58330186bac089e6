"""What a table is watched for."""

from typing import Final

from constructs_lib.alarms import AlarmRule
from constructs_lib.dynamodb.capacity import OnDemand, Provisioned

CAPACITY_SHARE: Final = 0.8
USER_ERRORS: Final = 20
PERIOD_SECONDS: Final = 60
OPERATIONS: Final = (
    "GetItem",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "Query",
    "Scan",
    "BatchGetItem",
    "BatchWriteItem",
    "TransactGetItems",
    "TransactWriteItems",
)
"""An alarm can add up ten metrics: those of the operations on items."""

ACCOUNT_ALARMS: Final = (
    AlarmRule(
        metric="UserErrors",
        threshold=USER_ERRORS,
        statistic="Sum",
        period_seconds=300,
        periods=3,
        missing="notBreaching",
        why="Requests that DynamoDB refuses as malformed or not allowed: a client has a bug or lacks a permission. AWS "
        "publishes this metric for the account and Region, not for a table.",
    ),
)


def table_alarms(capacity: OnDemand | Provisioned) -> list[AlarmRule]:
    """Return the rules for one table, with thresholds that fit its capacity.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html#DynamoDB
    """
    return [
        _throttled("Read"),
        _throttled("Write"),
        _near_limit("Read", capacity.read_limit),
        _near_limit("Write", capacity.write_limit),
        AlarmRule(
            metric="SystemErrors",
            threshold=0,
            statistic="Sum",
            periods=3,
            missing="notBreaching",
            operations=OPERATIONS,
            why="DynamoDB answered with internal errors for three minutes. Clients retry; look at AWS Health.",
        ),
    ]


def _throttled(kind: str) -> AlarmRule:
    return AlarmRule(
        metric=f"{kind}ThrottleEvents",
        threshold=0,
        statistic="Sum",
        period_seconds=PERIOD_SECONDS,
        periods=3,
        missing="notBreaching",
        why=f"{kind}s were throttled for three minutes. Contributor insights names the keys: a hot key wants another "
        "key design, an even load a higher limit.",
    )


def _near_limit(kind: str, units: int) -> AlarmRule:
    return AlarmRule(
        metric=f"Consumed{kind}CapacityUnits",
        threshold=int(units * CAPACITY_SHARE * PERIOD_SECONDS),
        statistic="Sum",
        period_seconds=PERIOD_SECONDS,
        missing="notBreaching",
        why=f"{kind}s use more than 80 % of the {units} units a second that the table may consume. Raise the limit "
        "before it throttles.",
    )
