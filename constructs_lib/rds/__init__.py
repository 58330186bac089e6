"""Amazon RDS: constructs, their options, and the practices that can be waived."""

from constructs_lib.practices import aurora as _aurora
from constructs_lib.practices.rds import (
    ALARMS,
    BACKUP_PLAN,
    BACKUP_RETENTION,
    DATABASE_INSIGHTS,
    DELETION_PROTECTION,
    ENCRYPTION_IN_TRANSIT,
    ENHANCED_MONITORING,
    EVENT_SUBSCRIPTION,
    EXTENDED_SUPPORT_OFF,
    IAM_AUTHENTICATION,
    LOG_EXPORTS,
    MINOR_UPGRADES,
    MULTI_AZ,
    NON_DEFAULT_PORT,
    STORAGE,
)
from constructs_lib.rds.aurora_cluster import AuroraCluster
from constructs_lib.rds.aurora_features import AuroraFeatures
from constructs_lib.rds.aurora_global_database import AuroraGlobalDatabase, GlobalRegion
from constructs_lib.rds.aurora_members import Member, ServerlessCapacity
from constructs_lib.rds.aurora_origin import Clone, GlobalSecondary, PointInTimeRestore
from constructs_lib.rds.multi_az_instance import MultiAzInstance
from constructs_lib.rds.storage import Storage

AURORA_ALARMS = _aurora.ALARMS
AURORA_BACKTRACK = _aurora.BACKTRACK
AURORA_BACKUP_PLAN = _aurora.BACKUP_PLAN
AURORA_BACKUP_RETENTION = _aurora.BACKUP_RETENTION
AURORA_DATABASE_INSIGHTS = _aurora.DATABASE_INSIGHTS
AURORA_DELETION_PROTECTION = _aurora.DELETION_PROTECTION
AURORA_ENCRYPTION_IN_TRANSIT = _aurora.ENCRYPTION_IN_TRANSIT
AURORA_ENHANCED_MONITORING = _aurora.ENHANCED_MONITORING
AURORA_EVENT_SUBSCRIPTION = _aurora.EVENT_SUBSCRIPTION
AURORA_EXTENDED_SUPPORT_OFF = _aurora.EXTENDED_SUPPORT_OFF
AURORA_IAM_AUTHENTICATION = _aurora.IAM_AUTHENTICATION
AURORA_LOG_EXPORTS = _aurora.LOG_EXPORTS
AURORA_MINOR_UPGRADES = _aurora.MINOR_UPGRADES
AURORA_NON_DEFAULT_PORT = _aurora.NON_DEFAULT_PORT
AURORA_READER = _aurora.READER

__all__ = [
    "ALARMS",
    "AURORA_ALARMS",
    "AURORA_BACKTRACK",
    "AURORA_BACKUP_PLAN",
    "AURORA_BACKUP_RETENTION",
    "AURORA_DATABASE_INSIGHTS",
    "AURORA_DELETION_PROTECTION",
    "AURORA_ENCRYPTION_IN_TRANSIT",
    "AURORA_ENHANCED_MONITORING",
    "AURORA_EVENT_SUBSCRIPTION",
    "AURORA_EXTENDED_SUPPORT_OFF",
    "AURORA_IAM_AUTHENTICATION",
    "AURORA_LOG_EXPORTS",
    "AURORA_MINOR_UPGRADES",
    "AURORA_NON_DEFAULT_PORT",
    "AURORA_READER",
    "BACKUP_PLAN",
    "BACKUP_RETENTION",
    "DATABASE_INSIGHTS",
    "DELETION_PROTECTION",
    "ENCRYPTION_IN_TRANSIT",
    "ENHANCED_MONITORING",
    "EVENT_SUBSCRIPTION",
    "EXTENDED_SUPPORT_OFF",
    "IAM_AUTHENTICATION",
    "LOG_EXPORTS",
    "MINOR_UPGRADES",
    "MULTI_AZ",
    "NON_DEFAULT_PORT",
    "STORAGE",
    "AuroraCluster",
    "AuroraFeatures",
    "AuroraGlobalDatabase",
    "Clone",
    "GlobalRegion",
    "GlobalSecondary",
    "Member",
    "MultiAzInstance",
    "PointInTimeRestore",
    "ServerlessCapacity",
    "Storage",
]
