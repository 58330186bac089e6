"""What AWS recommends for Amazon Data Firehose delivery streams."""

from constructs_lib.practices.practice import Practice

_GUIDE = "https://docs.aws.amazon.com/firehose/latest/dev"

ENCRYPTION = Practice(
    id="FIREHOSE_ENCRYPTION",
    claim="Records that are put wait for their delivery encrypted with a customer managed key.",
    source=f"{_GUIDE}/encryption.html",
    controls=("DataFirehose.1",),
    answers=("AwsSolutions-KDF1",),
)
OBJECT_ENCRYPTION = Practice(
    id="FIREHOSE_OBJECT_ENCRYPTION",
    claim="Objects, copies and failures are written to S3 encrypted with a customer managed key.",
    source=f"{_GUIDE}/create-configure-backup.html",
)
ERROR_PREFIX = Practice(
    id="FIREHOSE_ERROR_PREFIX",
    claim="Records that could not be delivered go to a folder of their own, and not among the data.",
    source=f"{_GUIDE}/s3-prefixes.html",
)
LOGS = Practice(
    id="FIREHOSE_LOGS",
    claim="Failed deliveries are logged, for each place that is written to.",
    source=f"{_GUIDE}/monitoring-with-cloudwatch-logs.html",
)
REDSHIFT_SECRET = Practice(
    id="FIREHOSE_REDSHIFT_SECRET",
    claim="The warehouse's user is read from Secrets Manager, and stands in no template.",
    source=f"{_GUIDE}/using-secrets-manager.html",
)
ALARMS = Practice(
    id="FIREHOSE_ALARMS",
    constant="firehose.ALARMS",
    claim="Alarms watch how old records become, failed deliveries, refused records and what is done to records.",
    source=f"{_GUIDE}/firehose-cloudwatch-metrics-best-practices.html",
)
