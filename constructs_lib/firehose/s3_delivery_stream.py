"""Streaming records as objects in S3: gathered, compressed or converted, and in folders by date or by content."""

import re
from collections.abc import Mapping
from typing import Final, Literal
from zoneinfo import available_timezones

from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.arns import ACCOUNT, REGION
from constructs_lib.buckets import called, claim_folder
from constructs_lib.catalog_keys import use_catalog_key
from constructs_lib.encryption import widenable
from constructs_lib.errors import Checks, is_token
from constructs_lib.firehose import delivery_permissions as may
from constructs_lib.firehose.buffering import Buffering
from constructs_lib.firehose.delivery_alarms import delivery_alarms
from constructs_lib.firehose.delivery_stream import WAIVABLE as WAIVABLE
from constructs_lib.firehose.delivery_stream import DeliveryStream, check_transformation, read_waivers
from constructs_lib.firehose.formats import Orc, Parquet, names_of
from constructs_lib.firehose.partitioning import DynamicPartitioning
from constructs_lib.firehose.prefixes import ERRORS, check_error_prefix, check_prefix, folder_of, partitions
from constructs_lib.firehose.processors import CloudWatchLogs, processing
from constructs_lib.firehose.source_backup import SourceBackup, check_backup, claim_backup
from constructs_lib.firehose.transformation import Transformation
from constructs_lib.lifecycle import Lifecycle, check_lasts
from constructs_lib.options import checked, checks_for
from constructs_lib.practices.practice import Practice
from constructs_lib.regions import check_region

_EXTENSION: Final = re.compile(r"\.[0-9a-z!\-_.*'()]{1,127}")
_ZONE: Final = re.compile("[a-zA-Z/_]{4,50}")
UTC: Final = "UTC"
_NOT_ZONES: Final = frozenset({"Etc/UTC", "Etc/GMT", "Factory"})

_Stream = firehose.CfnDeliveryStream


class S3DeliveryStream(DeliveryStream):
    """A delivery stream of Amazon Data Firehose that writes to a bucket.

    https://docs.aws.amazon.com/firehose/latest/dev/create-destination.html#create-destination-s3

    Delivery is at least once. Records that cannot be converted, transformed or put into a folder are kept under the
    error prefix, by what failed. The role is ``.role``, the log ``.logs``, the L1 ``.delivery_stream``; who puts
    records is let in by :meth:`grant_put`.

    Args:
        scope: The parent construct.
        id: The construct's id.
        bucket: Where objects go, encrypted with its key, or with this construct's if that is not known: who reads them
            needs ``.key`` then, as in ``athena.Location(bucket, "clicks/", key=delivery.key)``.
        source: The Kinesis stream that is read; None takes direct puts, which are encrypted until they are delivered.
        prefix: The beginning of objects' names, with expressions such as ``!{timestamp:yyyy/MM/dd}/``; without one for
            dates, Firehose adds ``yyyy/MM/dd/HH/``. None makes one from the partitioning's keys, or has these dates
            alone. Two delivery streams write into one folder only if they convert by one table.
        error_prefix: The same for records that could not be delivered; it has ``!{firehose:error-output-type}``.
        time_zone: The zone of the dates in both, as IANA calls it: ``Europe/London``.
        file_extension: The end of objects' names, with its dot; None leaves it to Firehose.
        buffering: How much is gathered for one object: at least 64 MiB with conversion or partitioning.
        compression: How objects are compressed; None takes GZIP, and nothing for objects that are converted, which
            compress themselves.
        conversion: The columnar format of the objects; None leaves records as they are.
        partitioning: Folders by what records say; None has folders by date alone.
        transformation: The function that changes records; None leaves them as they are.
        cloudwatch_logs: For records that come from a subscription of CloudWatch Logs: they are decompressed, and kept
            ``whole`` or as their ``messages``. None takes other records.
        delimiter: What is put after each record, so that readers tell them apart; None where records end in one
            already. Objects that are converted have none.
        source_backup: Where records are kept as they came; None keeps no copies.
        key: Encrypts direct puts and the log; None takes the bucket's key, unless that was imported, or makes one. The
            policy of one that was imported has to let CloudWatch Logs in.
        catalog_key: Encrypts the Data Catalog that conversion reads: ``.key`` of a
            :class:`constructs_lib.glue.CatalogEncryption`; None where the catalog is not encrypted with a key of the
            account's own.
        alarm_topic: Receives the alarms; None leaves them to be read in CloudWatch.
        lifecycle: Whether key and log outlive the stack.
        waive: Practices to leave out, each with a reason.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bucket: s3.IBucket,
        source: kinesis.IStream | None = None,
        prefix: str | None = None,
        error_prefix: str = ERRORS,
        time_zone: str = UTC,
        file_extension: str | None = None,
        buffering: Buffering = Buffering(),
        compression: Literal["GZIP", "ZIP", "Snappy", "HADOOP_SNAPPY", "UNCOMPRESSED"] | None = None,
        conversion: Parquet | Orc | None = None,
        partitioning: DynamicPartitioning | None = None,
        transformation: Transformation | None = None,
        cloudwatch_logs: CloudWatchLogs | None = None,
        delimiter: Literal["\n"] | None = "\n",
        source_backup: SourceBackup | None = None,
        key: kms.IKey | None = None,
        catalog_key: kms.IKey | None = None,
        alarm_topic: sns.ITopic | None = None,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
        waive: Mapping[Practice, str] = {},
    ) -> None:
        checks = checks_for(scope, id)
        waivers, function_waivers = read_waivers(waive, transformation, checks)
        near = {"source": source, "key": key, "catalog_key": catalog_key, "alarm_topic": alarm_topic}
        check_region(scope, near, checks)
        check_lasts({"bucket": bucket, "key": key}, lifecycle, checks)
        if prefix is None and partitioning:
            prefix = partitioning.prefix
        keys = partitioning.keys if partitioning else {}
        by_function = partitioning is not None and transformation is not None
        check_prefix("prefix", prefix, checks, queried=keys, transformed=by_function)
        check_error_prefix("error_prefix", error_prefix, prefix, checks)
        check_transformation(transformation, checks)
        _check_names(time_zone, file_extension, checks)
        _check_partitioning(partitioning, prefix, buffering, checks)
        _check_conversion(conversion, compression, buffering, checks)
        checks.require(
            catalog_key is None or conversion is not None,
            "catalog_key",
            catalog_key,
            given="a key without conversion",
            allowed="None",
            advice="Only conversion reads the Data Catalog: leave the key out.",
        )
        check_backup(source_backup, prefix, checks)
        holder = called(bucket)
        table = str(names_of(conversion.table)) if conversion else None
        claim_folder(scope, id, "prefix", holder, folder_of(prefix), checks, owner=table)
        claim_backup(scope, id, source_backup, holder, checks)
        checks.refuse()

        super().__init__(
            scope,
            id,
            source=source,
            transformation=transformation,
            key=key or widenable(bucket.encryption_key),
            lifecycle=lifecycle,
            function_waivers=function_waivers,
            alarm_topic=alarm_topic,
        )
        if catalog_key:
            self._permissions.append(use_catalog_key(catalog_key))
        objects = self._objects(
            "DeliveryToS3",
            bucket,
            prefix=prefix,
            error_prefix=error_prefix,
            buffering=buffering,
            compression=compression or ("UNCOMPRESSED" if conversion else "GZIP"),
        )
        self._deliver(
            waivers=waivers,
            rules=delivery_alarms(
                buffering,
                backup=source_backup.buffering if source_backup else None,
                reads_stream=source is not None,
                transformation=transformation,
                converts=conversion is not None,
                partitions=partitioning is not None,
            ),
            to_s3=_Stream.ExtendedS3DestinationConfigurationProperty(
                **objects,
                **self._backup(source_backup, bucket),
                custom_time_zone=None if time_zone == UTC else time_zone,
                file_extension=file_extension,
                data_format_conversion_configuration=self._convert(conversion),
                dynamic_partitioning_configuration=_partition(partitioning),
                processing_configuration=processing(
                    cloudwatch_logs=cloudwatch_logs,
                    transformation=transformation,
                    function=self.function,
                    role_arn=self.role_arn,
                    delimiter=None if conversion else delimiter,
                    deaggregation=partitioning.deaggregation if partitioning else None,
                    query=partitioning.query if partitioning and partitioning.keys else None,
                ),
            ),
        )

    def _convert(
        self, conversion: Parquet | Orc | None
    ) -> firehose.CfnDeliveryStream.DataFormatConversionConfigurationProperty | None:
        if conversion is None:
            return None
        table = names_of(conversion.table)
        self._permissions.append(may.read_table(table))
        return _Stream.DataFormatConversionConfigurationProperty(
            enabled=True,
            schema_configuration=_Stream.SchemaConfigurationProperty(
                role_arn=self.role_arn,
                catalog_id=ACCOUNT,
                region=REGION,
                database_name=table.database,
                table_name=table.table,
                version_id="LATEST",
            ),
            input_format_configuration=_Stream.InputFormatConfigurationProperty(
                deserializer=conversion.input.deserializer
            ),
            output_format_configuration=_Stream.OutputFormatConfigurationProperty(serializer=conversion.serializer),
        )


def _partition(
    partitioning: DynamicPartitioning | None,
) -> firehose.CfnDeliveryStream.DynamicPartitioningConfigurationProperty | None:
    if partitioning is None:
        return None
    retry = _Stream.RetryOptionsProperty(duration_in_seconds=int(partitioning.retry.to_seconds()))
    return _Stream.DynamicPartitioningConfigurationProperty(enabled=True, retry_options=retry)


def _check_names(time_zone: str, file_extension: str | None, checks: Checks) -> None:
    known = available_timezones()
    checks.require(
        time_zone == UTC
        or (
            _ZONE.fullmatch(time_zone) is not None and time_zone not in _NOT_ZONES and (not known or time_zone in known)
        ),
        "time_zone",
        time_zone,
        allowed="UTC, or a time zone of IANA in letters, such as Europe/London",
        advice="Name a continent and a city.",
    )
    checks.require(
        file_extension is None or _EXTENSION.fullmatch(file_extension) is not None,
        "file_extension",
        file_extension,
        allowed="a dot and up to 127 lower-case letters, digits and !-_.*'()",
        advice='Write ".json.gz".',
    )


def _check_partitioning(
    partitioning: DynamicPartitioning | None, prefix: str | None, buffering: Buffering, checks: Checks
) -> None:
    if partitioning is None:
        return
    buffering.check_grouped("partitioning", checks, partitioned=True)
    if prefix is None or is_token(prefix):
        checks.require(
            is_token(prefix),
            "partitioning",
            partitioning,
            given="no keys and no prefix",
            allowed="keys, or a prefix with !{partitionKeyFromLambda:...}",
            advice="Give queries for keys, or a transformation that returns them and a prefix that names them.",
        )
        return
    unused = sorted(set(partitioning.keys) - partitions(prefix, "Query"))
    checks.require(
        not unused,
        "prefix",
        prefix,
        given=f"{prefix!r} without {', '.join(unused)}",
        allowed="a prefix with every key of partitioning",
        advice="Write !{partitionKeyFromQuery:...} for each, or leave prefix out.",
    )
    checks.require(
        bool(partitioning.keys or partitions(prefix, "Lambda")),
        "prefix",
        prefix,
        allowed="a prefix with !{partitionKeyFromLambda:...}",
        advice="Name a key that the function returns, or give queries for keys.",
    )


def _check_conversion(
    conversion: Parquet | Orc | None, compression: str | None, buffering: Buffering, checks: Checks
) -> None:
    if conversion is None:
        return
    buffering.check_grouped("conversion", checks)
    checks.require(
        compression in (None, "UNCOMPRESSED"),
        "compression",
        compression,
        allowed="None with conversion",
        advice="The columnar format compresses by itself: give it compression=.",
    )
