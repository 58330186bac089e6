"""In whose name Firehose delivers. MiniStack lets it do everything.

Where IAM is enforced, the role of a delivery stream has to be allowed to read the stream and the table, to write to the
bucket and the log, and to use the keys: else its records get nowhere, and its log says why.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

from ministack.core import concurrency
from ministack.core.responses import get_account_id, get_region
from ministack.services import firehose, kinesis

from .permissions import Need, lacking, use_of_key
from .provision import Props, client

READ_STREAM = ("kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards")
READ_TABLE = ("glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions")
USE_BUCKET = ("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads")
WRITE_OBJECTS = ("s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject")


def install() -> None:
    """Ask before delivering."""
    firehose._deliver_records_to_s3 = _asking(firehose._deliver_records_to_s3)


def _asking(deliver: Callable[[Props, Props, Any], None]) -> Callable[[Props, Props, Any], None]:
    def deliver_if_allowed(stream: Props, destination: Props, records: Any) -> None:
        role = destination["config"]["RoleARN"]
        if denied := lacking(role, _needs(stream, destination["config"])):
            complaint = f"{role} is not authorized to perform {denied}"
            concurrency.spawn_background(_complain, destination["config"]["CloudWatchLoggingOptions"], complaint)
        else:
            deliver(stream, destination, records)

    return deliver_if_allowed


def _complain(place: Props, complaint: str) -> None:
    client("logs").put_log_events(
        logGroupName=place["LogGroupName"],
        logStreamName=place["LogStreamName"],
        logEvents=[{"timestamp": int(time.time() * 1000), "message": complaint}],
    )


def _needs(stream: Props, config: Props) -> Iterator[Need]:
    if source := (stream["kinesis_source"] or {}).get("KinesisStreamARN"):
        yield Need(READ_STREAM, source)
        if key := kinesis._streams[source.rpartition("/")[2]].get("KeyId"):
            yield use_of_key(key, "kinesis", ("Decrypt",), aws_kinesis_arn=source)
    if table := config.get("DataFormatConversionConfiguration", {}).get("SchemaConfiguration"):
        database = table["DatabaseName"]
        for resource in ("catalog", f"database/{database}", f"table/{database}/{table['TableName']}"):
            yield Need(READ_TABLE, f"arn:aws:glue:{get_region()}:{get_account_id()}:{resource}")
    bucket = config["BucketARN"]
    yield Need(USE_BUCKET, bucket)
    for prefix in (config.get("Prefix", ""), config.get("ErrorOutputPrefix", "")):
        folder = prefix.partition("!{")[0]
        yield Need(WRITE_OBJECTS, f"{bucket}/{folder}object")
    if key := config.get("EncryptionConfiguration", {}).get("KMSEncryptionConfig", {}).get("AWSKMSKeyARN"):
        yield use_of_key(key, "s3", ("Decrypt", "GenerateDataKey"), aws_s3_arn=bucket)
    logs = config.get("CloudWatchLoggingOptions", {})
    if logs.get("Enabled"):
        group = f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{logs['LogGroupName']}"
        yield Need(("logs:PutLogEvents",), f"{group}:log-stream:{logs['LogStreamName']}")
