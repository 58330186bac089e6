"""Delivery streams to test: with the least that must be said, and with every option."""

from collections.abc import Mapping
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_glue, aws_kinesis, aws_lambda, aws_s3, aws_secretsmanager
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib import firehose
from constructs_lib.functions import FunctionCode
from constructs_lib.landing_bucket import LandingBucket
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.notifications import AlarmTopic
from tests.dynamodb.tables import CODE

KEY_ARN: Final = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
HOST: Final = "sales.abc123.eu-west-1.redshift.amazonaws.com"
SECRET_ARN: Final = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:loader-AbCdEf"
STREAM_ARN: Final = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"
FUNCTION_ARN: Final = "arn:aws:lambda:eu-west-1:123456789012:function:clean"


def new_key(scope: Construct, id: str = "GivenKey") -> kms.IKey:
    """Return a key that exists."""
    return kms.Key.from_key_arn(scope, id, KEY_ARN)


def new_bucket(scope: Construct, id: str = "Lake", **options: Any) -> aws_s3.IBucket:
    """Return a bucket that exists, with its key."""
    attributes = {"bucket_name": "lake", "encryption_key": new_key(scope, f"{id}Key"), **options}
    return aws_s3.Bucket.from_bucket_attributes(scope, id, **attributes)


def own_bucket(scope: Construct, id: str = "Lake") -> aws_s3.IBucket:
    """Make a bucket."""
    return LandingBucket(scope, id).bucket


def new_stream(scope: Construct, id: str = "Source") -> aws_kinesis.IStream:
    """Return a Kinesis stream that exists, with its key."""
    key = new_key(scope, f"{id}Key")
    arn = STREAM_ARN.replace("eu-west-1", cdk.Stack.of(scope).region)
    return aws_kinesis.Stream.from_stream_attributes(scope, id, stream_arn=arn, encryption_key=key)


def new_secret(scope: Construct, id: str = "Loader") -> aws_secretsmanager.ISecret:
    """Return a secret that exists, with its key."""
    key = new_key(scope, f"{id}Key")
    return aws_secretsmanager.Secret.from_secret_attributes(
        scope, id, secret_complete_arn=SECRET_ARN, encryption_key=key
    )


def given_function(scope: Construct) -> aws_lambda.IFunction:
    """Return a function that exists."""
    return aws_lambda.Function.from_function_arn(scope, "Clean", FUNCTION_ARN)


def new_table(scope: Construct) -> aws_glue.CfnTable:
    """Make a table of Glue."""
    return aws_glue.CfnTable(
        scope,
        "Table",
        catalog_id=cdk.Aws.ACCOUNT_ID,
        database_name="sales",
        table_input=aws_glue.CfnTable.TableInputProperty(
            name="orders",
            storage_descriptor=aws_glue.CfnTable.StorageDescriptorProperty(
                columns=[aws_glue.CfnTable.ColumnProperty(name="id", type="string")]
            ),
        ),
    )


def new_delivery(scope: Construct, id: str = "Orders", **options: Any) -> firehose.S3DeliveryStream:
    """Make a delivery stream to S3 with the least that must be said, and these options."""
    if "bucket" not in options:
        options["bucket"] = new_bucket(scope, f"{id}Lake")
    return firehose.S3DeliveryStream(scope, id, **options)


def code(**settings: Any) -> FunctionCode:
    """Return code that transforms."""
    return FunctionCode(**{"path": CODE, "timeout": cdk.Duration.minutes(1), **settings})


def full_delivery(scope: Construct) -> firehose.S3DeliveryStream:
    """Make a delivery stream to S3 with every option that another does not exclude."""
    key = kms.Key(scope, "Key", enable_key_rotation=True)
    return firehose.S3DeliveryStream(
        scope,
        "Orders",
        bucket=own_bucket(scope),
        prefix="orders/customer=!{partitionKeyFromQuery:customer}/!{timestamp:yyyy/MM/dd}/",
        error_prefix="failed/!{firehose:error-output-type}/",
        time_zone="Europe/London",
        file_extension=".parquet",
        buffering=firehose.Buffering(interval=cdk.Duration.minutes(2), size=cdk.Size.mebibytes(64)),
        compression="UNCOMPRESSED",
        conversion=firehose.Parquet(
            table=firehose.TableName(database="sales", table="orders"),
            input=firehose.OpenXJson(columns={"at": "timestamp"}),
            compression="GZIP",
            block_size=cdk.Size.mebibytes(128),
            page_size=cdk.Size.kibibytes(128),
        ),
        partitioning=firehose.DynamicPartitioning(
            keys={"customer": ".customer_id"},
            retry=cdk.Duration.minutes(1),
            deaggregation=firehose.Deaggregation(delimiter="|"),
        ),
        transformation=firehose.Transformation(
            function=code(reserved_concurrency=20),
            buffer_size=cdk.Size.mebibytes(2),
            buffer_interval=cdk.Duration.minutes(2),
            retries=5,
        ),
        cloudwatch_logs="messages",
        delimiter=None,
        source_backup=firehose.SourceBackup(
            prefix="raw/", buffering=firehose.Buffering(interval=cdk.Duration.minutes(1))
        ),
        key=key,
        alarm_topic=AlarmTopic(scope, "Topic", key=key).topic,
        lifecycle=Lifecycle.DISPOSABLE,
        waive={firehose.TRACING: "The trace would hold names."},
    )


def warehouse(scope: Construct, **options: Any) -> firehose.WarehouseTable:
    """Return a table of a warehouse."""
    given: Mapping[str, Any] = {"host": HOST, "database": "sales", "table": "orders"}
    if "secret" not in options:
        options["secret"] = new_secret(scope)
    return firehose.WarehouseTable(**{**given, **options})


def new_copy(scope: Construct, id: str = "Orders", **options: Any) -> firehose.RedshiftDeliveryStream:
    """Make a delivery stream to Redshift with the least that must be said, and these options."""
    if "bucket" not in options:
        options["bucket"] = new_bucket(scope, f"{id}Staging")
    if "warehouse" not in options:
        options["warehouse"] = warehouse(scope)
    return firehose.RedshiftDeliveryStream(scope, id, **options)


def full_copy(scope: Construct) -> firehose.RedshiftDeliveryStream:
    """Make a delivery stream to Redshift with every option."""
    key = kms.Key(scope, "Key", enable_key_rotation=True)
    return new_copy(
        scope,
        bucket=own_bucket(scope, "Staging"),
        warehouse=warehouse(scope, port=5440, table="shop.orders", columns=["id", "placed_at"]),
        source=new_stream(scope),
        copy=firehose.JsonCopy(paths="s3://paths/orders.json", time_format="epochmillisecs", truncate_columns=True),
        prefix="orders/",
        buffering=firehose.Buffering(interval=cdk.Duration.minutes(1), size=cdk.Size.mebibytes(16)),
        compression="UNCOMPRESSED",
        retry=cdk.Duration.minutes(30),
        transformation=firehose.Transformation(given_function(scope)),
        cloudwatch_logs="whole",
        delimiter=None,
        source_backup=firehose.SourceBackup(bucket=new_bucket(scope, "Copies")),
        key=key,
        alarm_topic=AlarmTopic(scope, "Topic", key=key).topic,
        lifecycle=Lifecycle.DISPOSABLE,
        waive={firehose.ALARMS: "A test watches it."},
    )


def lake_table(scope: Construct, id: str = "Tables", **options: Any) -> firehose.LakeTable:
    """Return a table of Iceberg that exists."""
    if "bucket" not in options:
        options["bucket"] = new_bucket(scope, id, bucket_name="tables")
    given: Mapping[str, Any] = {"table": firehose.TableName(database="sales", table="orders"), "prefix": "orders/"}
    return firehose.LakeTable(**{**given, **options})


def new_rows(scope: Construct, id: str = "Orders", **options: Any) -> firehose.IcebergDeliveryStream:
    """Make a delivery stream to Iceberg with the least that must be said, and these options."""
    if "bucket" not in options:
        options["bucket"] = new_bucket(scope, f"{id}Failures")
    if "tables" not in options:
        options["tables"] = [lake_table(scope, f"{id}Tables")]
    return firehose.IcebergDeliveryStream(scope, id, **options)


def full_rows(scope: Construct) -> firehose.IcebergDeliveryStream:
    """Make a delivery stream to Iceberg with every option that another does not exclude."""
    key = kms.Key(scope, "Key", enable_key_rotation=True)
    lake = own_bucket(scope)
    returns = firehose.TableName(database="stock", table="returns")
    return new_rows(
        scope,
        bucket=lake,
        tables=[
            firehose.LakeTable(table=new_table(scope), bucket=lake, prefix="orders/", unique_keys=["customer", "id"]),
            lake_table(scope, table=returns, prefix=""),
        ],
        source=new_stream(scope),
        error_prefix="failed/!{firehose:error-output-type}/",
        buffering=firehose.Buffering(interval=cdk.Duration.minutes(1), size=cdk.Size.mebibytes(16)),
        append_only=False,
        routing=firehose.Routing(table=".kind", database=".shop", operation=".operation"),
        retry=cdk.Duration.minutes(30),
        transformation=firehose.Transformation(code(reserved_concurrency=20)),
        key=key,
        alarm_topic=AlarmTopic(scope, "Topic", key=key).topic,
        lifecycle=Lifecycle.DISPOSABLE,
        waive={firehose.TRACING: "The trace would hold names."},
    )
