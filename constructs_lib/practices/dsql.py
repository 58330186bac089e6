"""What AWS recommends for Amazon Aurora DSQL clusters."""

from constructs_lib.practices.practice import Practice

_GUIDE = "https://docs.aws.amazon.com/aurora-dsql/latest/userguide"

ENCRYPTION = Practice(
    id="DSQL_ENCRYPTION",
    claim="Data and backups are encrypted with a customer managed key.",
    source=f"{_GUIDE}/data-encryption.html",
)
DELETION_PROTECTION = Practice(
    id="DSQL_DELETION_PROTECTION",
    constant="dsql.DELETION_PROTECTION",
    claim="Nobody deletes the cluster by mistake, and CloudFormation retains it.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/dsql-cluster-deletion-protection-enabled.html",
)
BACKUP_PLAN = Practice(
    id="DSQL_BACKUP_PLAN",
    constant="dsql.BACKUP_PLAN",
    claim="An AWS Backup plan in the same stack selects the cluster.",
    source=f"{_GUIDE}/backup-aurora-dsql.html",
)
ALARMS = Practice(
    id="DSQL_ALARMS",
    constant="dsql.ALARMS",
    claim="Alarms watch conflicts between transactions, timeouts of queries, slow commits and the size of the storage.",
    source=f"{_GUIDE}/cloudwatch-monitoring.html",
)
