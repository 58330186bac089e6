"""What AWS recommends for Amazon Kinesis data streams."""

from constructs_lib.practices.practice import AWS_SOLUTIONS, Practice, nag

_GUIDE = "https://docs.aws.amazon.com/streams/latest/dev"

ENCRYPTION = Practice(
    id="KINESIS_ENCRYPTION",
    claim="Records are encrypted with a customer managed key.",
    source=f"{_GUIDE}/server-side-encryption.html",
    controls=("Kinesis.1",),
    answers=nag("KDS1", AWS_SOLUTIONS),
)
RETENTION = Practice(
    id="KINESIS_RETENTION",
    constant="kinesis.RETENTION",
    claim="Records are kept for a week at least, so that a consumer that stood still over a weekend loses none.",
    source=f"{_GUIDE}/kinesis-extended-retention.html",
    controls=("Kinesis.3",),
)
RETAINED = Practice(
    id="KINESIS_RETAINED",
    constant="kinesis.RETAINED",
    claim="CloudFormation retains the stream, with the records that nobody has read yet.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html",
)
ALARMS = Practice(
    id="KINESIS_ALARMS",
    constant="kinesis.ALARMS",
    claim="Alarms watch late consumers, throttled and failed writes, throttled reads and the distance to the capacity.",
    source=f"{_GUIDE}/monitoring-with-cloudwatch.html",
)
