"""Amazon DynamoDB: constructs, their options, and the practices that can be waived."""

from constructs_lib.dynamodb.capacity import OnDemand, Provisioned
from constructs_lib.dynamodb.stream_consumer import StreamConsumer
from constructs_lib.dynamodb.table import Table
from constructs_lib.functions import RESERVED_CONCURRENCY, TRACING
from constructs_lib.practices.dynamodb import (
    ALARMS,
    BACKUP_PLAN,
    CONTRIBUTOR_INSIGHTS,
    DELETION_PROTECTION,
    POINT_IN_TIME_RECOVERY,
)

__all__ = [
    "ALARMS",
    "BACKUP_PLAN",
    "CONTRIBUTOR_INSIGHTS",
    "DELETION_PROTECTION",
    "POINT_IN_TIME_RECOVERY",
    "RESERVED_CONCURRENCY",
    "TRACING",
    "OnDemand",
    "Provisioned",
    "StreamConsumer",
    "Table",
]
