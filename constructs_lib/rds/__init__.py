"""Amazon RDS: constructs, their options, and the practices that can be waived."""

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
from constructs_lib.rds.multi_az_instance import MultiAzInstance
from constructs_lib.rds.storage import Storage

__all__ = [
    "ALARMS",
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
    "MultiAzInstance",
    "Storage",
]
