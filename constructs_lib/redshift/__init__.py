"""Amazon Redshift: warehouses and what they hold, their options, and the practices that can be waived."""

from constructs_lib.functions import RESERVED_CONCURRENCY
from constructs_lib.practices import redshift_serverless as _serverless
from constructs_lib.practices.redshift import (
    ALARMS,
    AUDIT_LOGGING,
    BACKUP_PLAN,
    BACKUP_RETENTION,
    ENCRYPTION_IN_TRANSIT,
    ENHANCED_VPC_ROUTING,
    EVENT_SUBSCRIPTION,
    NON_DEFAULT_PORT,
    VERSION_UPGRADES,
)
from constructs_lib.practices.secretsmanager import ROTATION
from constructs_lib.redshift.availability import Availability
from constructs_lib.redshift.capacity import BaseCapacity, PricePerformance
from constructs_lib.redshift.cluster import Cluster
from constructs_lib.redshift.column import Column
from constructs_lib.redshift.grant import Grant
from constructs_lib.redshift.query_limits import QueryLimits
from constructs_lib.redshift.query_rules import Condition, QueryRule
from constructs_lib.redshift.role import Role
from constructs_lib.redshift.schedule import PauseSchedule
from constructs_lib.redshift.schema import Schema
from constructs_lib.redshift.serverless_workgroup import ServerlessWorkgroup
from constructs_lib.redshift.snapshot_copy import SnapshotCopy
from constructs_lib.redshift.streaming_ingestion import StreamingIngestion
from constructs_lib.redshift.table import Distribution, DistributionKey, Table
from constructs_lib.redshift.usage_limits import UsageLimit
from constructs_lib.redshift.user import User
from constructs_lib.redshift.wlm import AutomaticWlm, ManualQueue, ManualWlm, Queue

SERVERLESS_ALARMS = _serverless.ALARMS
SERVERLESS_AUDIT_LOGGING = _serverless.AUDIT_LOGGING
SERVERLESS_BACKUP_PLAN = _serverless.BACKUP_PLAN
SERVERLESS_ENCRYPTION_IN_TRANSIT = _serverless.ENCRYPTION_IN_TRANSIT
SERVERLESS_ENHANCED_VPC_ROUTING = _serverless.ENHANCED_VPC_ROUTING
SERVERLESS_NON_DEFAULT_PORT = _serverless.NON_DEFAULT_PORT

__all__ = [
    "ALARMS",
    "AUDIT_LOGGING",
    "BACKUP_PLAN",
    "BACKUP_RETENTION",
    "ENCRYPTION_IN_TRANSIT",
    "ENHANCED_VPC_ROUTING",
    "EVENT_SUBSCRIPTION",
    "NON_DEFAULT_PORT",
    "RESERVED_CONCURRENCY",
    "ROTATION",
    "SERVERLESS_ALARMS",
    "SERVERLESS_AUDIT_LOGGING",
    "SERVERLESS_BACKUP_PLAN",
    "SERVERLESS_ENCRYPTION_IN_TRANSIT",
    "SERVERLESS_ENHANCED_VPC_ROUTING",
    "SERVERLESS_NON_DEFAULT_PORT",
    "VERSION_UPGRADES",
    "AutomaticWlm",
    "Availability",
    "BaseCapacity",
    "Cluster",
    "Column",
    "Condition",
    "Distribution",
    "DistributionKey",
    "Grant",
    "ManualQueue",
    "ManualWlm",
    "PauseSchedule",
    "PricePerformance",
    "QueryLimits",
    "QueryRule",
    "Queue",
    "Role",
    "Schema",
    "ServerlessWorkgroup",
    "SnapshotCopy",
    "StreamingIngestion",
    "Table",
    "UsageLimit",
    "User",
]
