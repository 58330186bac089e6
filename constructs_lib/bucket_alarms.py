"""What a bucket is watched for."""

from typing import Final

from constructs_lib.alarms import AlarmRule

FAILING_SHARE: Final = 0.05

REQUEST_ALARMS: Final = (
    AlarmRule(
        metric="4xxErrors",
        threshold=FAILING_SHARE,
        periods=15,
        missing="notBreaching",
        why="For a quarter of an hour, S3 refused more than one request in twenty: clients lack a permission, of the "
        "bucket or of its key, or ask for what is not there. The access log names them.",
    ),
    AlarmRule(
        metric="5xxErrors",
        threshold=FAILING_SHARE,
        periods=15,
        missing="notBreaching",
        why="For a quarter of an hour, S3 failed to answer more than one request in twenty. Clients retry: spread the "
        "writes over more prefixes if it says Slow Down, else look at AWS Health.",
    ),
)
REPLICATION_ALARMS: Final = (
    AlarmRule(
        metric="OperationsFailedReplication",
        threshold=0,
        statistic="Maximum",
        periods=5,
        missing="notBreaching",
        why="Objects were not copied to the replica. Look whether its bucket has versioning, and whether the policies "
        "of bucket and key let in the role; then copy them with S3 Batch Replication.",
    ),
)
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html"""
