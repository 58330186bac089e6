"""What AWS recommends for Amazon CloudWatch alarms."""

from constructs_lib.practices.practice import HIPAA, NIST_R4, NIST_R5, Practice, nag

_GUIDE = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring"

ALARM_DIMENSIONS = Practice(
    id="CLOUDWATCH_ALARM_DIMENSIONS",
    claim="An alarm on a metric of AWS names the resource that it watches; it would watch nothing without dimensions.",
    source=f"{_GUIDE}/cloudwatch_concepts.html#Dimension",
)
ALARM_ACTIONS = Practice(
    id="CLOUDWATCH_ALARM_ACTIONS",
    claim="Each alarm reaches somebody.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html",
    controls=("CloudWatch.15", "CloudWatch.17"),
    answers=nag("CloudWatchAlarmAction", HIPAA, NIST_R4, NIST_R5),
)
