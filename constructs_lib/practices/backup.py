"""What AWS recommends for AWS Backup."""

from constructs_lib.practices.practice import Practice

VAULT_ENCRYPTION = Practice(
    id="BACKUP_VAULT_ENCRYPTION",
    claim="Recovery points are encrypted with a customer managed key.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html",
    controls=("Backup.1",),
)
RETENTION = Practice(
    id="BACKUP_RETENTION",
    claim="Every rule of a backup plan says for how long its recovery points are kept.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/about-backup-plans.html",
)
