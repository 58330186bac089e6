"""Amazon Data Firehose: constructs, their options, and the practices that can be waived."""

from constructs_lib.firehose.buffering import Buffering
from constructs_lib.firehose.copy_format import CsvCopy, JsonCopy
from constructs_lib.firehose.formats import HiveJson, OpenXJson, Orc, Parquet, TableName
from constructs_lib.firehose.iceberg_delivery_stream import IcebergDeliveryStream
from constructs_lib.firehose.lake_table import LakeTable, Routing
from constructs_lib.firehose.partitioning import Deaggregation, DynamicPartitioning
from constructs_lib.firehose.redshift_delivery_stream import RedshiftDeliveryStream
from constructs_lib.firehose.s3_delivery_stream import S3DeliveryStream
from constructs_lib.firehose.source_backup import SourceBackup
from constructs_lib.firehose.transformation import Transformation
from constructs_lib.firehose.warehouse import WarehouseTable
from constructs_lib.practices.firehose import ALARMS
from constructs_lib.practices.lambda_ import RESERVED_CONCURRENCY, TRACING

__all__ = [
    "ALARMS",
    "RESERVED_CONCURRENCY",
    "TRACING",
    "Buffering",
    "CsvCopy",
    "Deaggregation",
    "DynamicPartitioning",
    "HiveJson",
    "IcebergDeliveryStream",
    "JsonCopy",
    "LakeTable",
    "OpenXJson",
    "Orc",
    "Parquet",
    "RedshiftDeliveryStream",
    "Routing",
    "S3DeliveryStream",
    "SourceBackup",
    "TableName",
    "Transformation",
    "WarehouseTable",
]
