"""What AWS recommends for Amazon Athena workgroups."""

from constructs_lib.practices.practice import Practice

_GUIDE = "https://docs.aws.amazon.com/athena/latest/ug"

ENFORCED = Practice(
    id="ATHENA_ENFORCED",
    claim="The settings of the workgroup hold for every query, whatever a client asks for.",
    source=f"{_GUIDE}/workgroups-settings-override.html",
)
ENCRYPTION = Practice(
    id="ATHENA_ENCRYPTION",
    claim="Results of queries are encrypted with a customer managed key.",
    source=f"{_GUIDE}/encrypting-query-results-stored-in-s3.html",
)
METRICS = Practice(
    id="ATHENA_METRICS",
    claim="Every query is counted in CloudWatch, with the bytes it read and the time it took.",
    source=f"{_GUIDE}/athena-cloudwatch-metrics-enable.html",
    controls=("Athena.4",),
)
SCAN_LIMIT = Practice(
    id="ATHENA_SCAN_LIMIT",
    claim="A query that reads more than somebody chose to pay for is stopped.",
    source=f"{_GUIDE}/workgroups-setting-control-limits-cloudwatch.html",
)
BUCKET_OWNER = Practice(
    id="ATHENA_BUCKET_OWNER",
    claim="Results are written to a bucket of the expected account alone.",
    source=f"{_GUIDE}/query-results-specify-location.html",
)
ALARMS = Practice(
    id="ATHENA_ALARMS",
    constant="athena.ALARMS",
    claim="Alarms watch queries that fail, and queries that come near the limit of what they may read.",
    source=f"{_GUIDE}/query-metrics-viewing.html",
)
