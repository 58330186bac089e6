"""Amazon Aurora DSQL: the construct, its options, and the practices that can be waived."""

from constructs_lib.dsql.cluster import Cluster
from constructs_lib.dsql.multi_region import MultiRegion
from constructs_lib.practices.dsql import ALARMS, BACKUP_PLAN, DELETION_PROTECTION

__all__ = [
    "ALARMS",
    "BACKUP_PLAN",
    "DELETION_PROTECTION",
    "Cluster",
    "MultiRegion",
]
