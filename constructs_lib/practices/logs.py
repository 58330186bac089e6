"""What AWS recommends for Amazon CloudWatch Logs."""

from constructs_lib.practices.practice import HIPAA, NIST_R4, NIST_R5, PCI, Practice, nag

ENCRYPTION = Practice(
    id="LOGS_ENCRYPTION",
    claim="Log groups are encrypted with a customer managed key.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
    answers=nag("CloudWatchLogGroupEncrypted", HIPAA, NIST_R4, NIST_R5, PCI),
)
RETENTION = Practice(
    id="LOGS_RETENTION",
    claim="Log events are kept for at least a year, and not for ever.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html",
    controls=("CloudWatch.16",),
    answers=nag("CloudWatchLogGroupRetentionPeriod", HIPAA, NIST_R4, NIST_R5, PCI),
)
