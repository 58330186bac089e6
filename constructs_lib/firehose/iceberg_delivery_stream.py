"""Streaming records into tables of Apache Iceberg: as rows that are inserted, updated and deleted."""

from collections.abc import Mapping, Sequence
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_glue as glue
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.arns import arn
from constructs_lib.catalog_keys import use_catalog_key
from constructs_lib.encryption import widenable
from constructs_lib.errors import Checks, is_token
from constructs_lib.firehose import delivery_permissions as may
from constructs_lib.firehose.buffering import Buffering
from constructs_lib.firehose.delivery_alarms import delivery_alarms
from constructs_lib.firehose.delivery_stream import WAIVABLE as WAIVABLE
from constructs_lib.firehose.delivery_stream import DeliveryStream, check_transformation, read_waivers
from constructs_lib.firehose.lake_table import LakeTable, Routing, check_tables
from constructs_lib.firehose.prefixes import ERRORS, check_error_prefix, head
from constructs_lib.firehose.processors import processing
from constructs_lib.firehose.retries import check_retry
from constructs_lib.firehose.transformation import Transformation
from constructs_lib.lifecycle import Lifecycle, check_lasts
from constructs_lib.options import checked, checks_for
from constructs_lib.practices.practice import Practice
from constructs_lib.regions import check_region

WITHOUT_ICEBERG: Final = ("cn-", "us-gov-", "ap-east-2", "ap-southeast-5", "ap-southeast-6", "mx-central-1")
"""Where Firehose knows no Iceberg, by how the names of Regions begin."""

_Stream = firehose.CfnDeliveryStream


class IcebergDeliveryStream(DeliveryStream):
    """A delivery stream of Amazon Data Firehose that writes to tables of Apache Iceberg.

    https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-destination.html

    Records are JSON objects whose keys, on the first level, are columns of the table; times are microseconds. What does
    not fit the table is kept under the error prefix. Firehose writes a few objects for each buffer: have Glue compact
    the table. AWS has it in all Regions but those of China and GovCloud, and a few more, which are refused.

    Args:
        scope: The parent construct.
        id: The construct's id.
        tables: Where rows go; the role may write to no others.
        bucket: Where records go that could not be delivered, encrypted with its key, or with this construct's if that
            is not known.
        source: The Kinesis stream that is read; None takes direct puts, which are encrypted until they are delivered.
        error_prefix: The beginning of their objects' names; it has ``!{firehose:error-output-type}``.
        buffering: How much is gathered for one commit.
        append_only: Whether rows are inserted alone, so that Firehose raises the throughput of direct puts by itself.
            It is decided when the delivery stream is made, and cannot be changed later.
        routing: How records say which table they belong to, and whether they insert, update or delete; None inserts
            all into the one table, unless the transformation routes them.
        retry: How long Firehose tries a commit again: up to 2 hours.
        transformation: The function that changes records; None leaves them as they are.
        key: Encrypts direct puts and the log; None takes the bucket's key, unless that was imported, or makes one. The
            policy of one that was imported has to let CloudWatch Logs in.
        catalog_key: Encrypts the Data Catalog: ``.key`` of a :class:`constructs_lib.glue.CatalogEncryption`; None where
            the catalog is not encrypted with a key of the account's own.
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
        tables: Sequence[LakeTable],
        bucket: s3.IBucket,
        source: kinesis.IStream | None = None,
        error_prefix: str = ERRORS,
        buffering: Buffering = Buffering(),
        append_only: bool = False,
        routing: Routing | None = None,
        retry: cdk.Duration = cdk.Duration.minutes(5),
        transformation: Transformation | None = None,
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
        _check_offer(cdk.Stack.of(scope).region, checks)
        check_tables(tables, routing, append_only=append_only, transformed=transformation is not None, checks=checks)
        check_error_prefix("error_prefix", error_prefix, None, checks)
        _check_failures(bucket, error_prefix, tables, checks)
        check_retry(retry, checks)
        check_transformation(transformation, checks)
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
        failures = self._objects(
            "DeliveryToS3",
            bucket,
            prefix=head(error_prefix) or None,
            error_prefix=error_prefix,
            buffering=buffering,
            compression="GZIP",
        )
        for table in tables:
            self._write(table)
        if catalog_key:
            self._permissions.append(use_catalog_key(catalog_key, writes=True))
        self._deliver(
            waivers=waivers,
            rules=delivery_alarms(
                buffering,
                backup=None,
                reads_stream=source is not None,
                transformation=transformation,
                commits=True,
            ),
            to_iceberg=_Stream.IcebergDestinationConfigurationProperty(
                role_arn=self.role_arn,
                catalog_configuration=_Stream.CatalogConfigurationProperty(catalog_arn=arn("glue", "catalog")),
                destination_table_configuration_list=[_destination(it) for it in tables],
                append_only=append_only,
                buffering_hints=failures["buffering_hints"],
                retry_options=_Stream.RetryOptionsProperty(duration_in_seconds=int(retry.to_seconds())),
                s3_backup_mode="FailedDataOnly",
                s3_configuration=_Stream.S3DestinationConfigurationProperty(**failures),
                cloud_watch_logging_options=self._logging("DeliveryToIceberg"),
                processing_configuration=processing(
                    cloudwatch_logs=None,
                    transformation=transformation,
                    function=self.function,
                    role_arn=self.role_arn,
                    delimiter=None,
                    query=routing.query(tables[0].names) if routing else None,
                ),
            ),
        )
        for table in tables:
            if isinstance(table.table, glue.TableBase | glue.CfnTable):
                self.delivery_stream.node.add_dependency(table.table)

    def _write(self, table: LakeTable) -> None:
        """Let the role write rows."""
        key = table.bucket.encryption_key
        self._permissions.append(may.write_table(table.names))
        self._permissions += may.write_objects(
            table.bucket.bucket_arn, key.key_arn if key else None, table.prefix, table.prefix, replaces=True
        )


def _destination(table: LakeTable) -> firehose.CfnDeliveryStream.DestinationTableConfigurationProperty:
    names = table.names
    return _Stream.DestinationTableConfigurationProperty(
        destination_database_name=names.database,
        destination_table_name=names.table,
        unique_keys=list(table.unique_keys) or None,
    )


def _check_offer(region: str, checks: Checks) -> None:
    checks.require(
        is_token(region) or not region.startswith(WITHOUT_ICEBERG),
        "tables",
        region,
        given=f"tables in {region}",
        allowed="a Region in which Firehose knows Iceberg",
        advice="Deliver to S3 there, in columns: S3DeliveryStream with conversion=.",
    )


def _check_failures(bucket: s3.IBucket, error_prefix: str, tables: Sequence[LakeTable], checks: Checks) -> None:
    """Record failures that would be written among the objects of a table, where orphans are deleted."""
    name = bucket.bucket_name
    folder = head(error_prefix)
    within = [it.prefix for it in tables if it.bucket.bucket_name == name and folder.startswith(it.prefix)]
    checks.require(
        is_token(error_prefix) or not within,
        "error_prefix",
        error_prefix,
        given=folder,
        allowed=f"a prefix outside of {next(filter(None, within), 'the table, which is the whole bucket')}",
        advice="Who cleans the table deletes what Iceberg does not know: name another folder, or give another bucket.",
    )
