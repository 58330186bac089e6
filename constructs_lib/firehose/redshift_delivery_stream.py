"""Streaming records into a table of a Redshift warehouse, by way of S3 and COPY."""

from collections.abc import Mapping
from typing import Literal

import aws_cdk as cdk
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import region_info
from constructs import Construct

from constructs_lib.arns import PARTITION
from constructs_lib.buckets import called
from constructs_lib.encryption import widenable
from constructs_lib.errors import Checks, is_token
from constructs_lib.firehose import delivery_permissions as may
from constructs_lib.firehose.buffering import Buffering
from constructs_lib.firehose.copy_format import CsvCopy, JsonCopy
from constructs_lib.firehose.delivery_alarms import delivery_alarms
from constructs_lib.firehose.delivery_stream import WAIVABLE as WAIVABLE
from constructs_lib.firehose.delivery_stream import DeliveryStream, check_transformation, read_waivers
from constructs_lib.firehose.prefixes import check_prefix
from constructs_lib.firehose.processors import CloudWatchLogs, processing
from constructs_lib.firehose.retries import check_retry
from constructs_lib.firehose.source_backup import SourceBackup, check_backup, claim_backup
from constructs_lib.firehose.transformation import Transformation
from constructs_lib.firehose.warehouse import WarehouseTable
from constructs_lib.lifecycle import Lifecycle, check_lasts
from constructs_lib.options import checked, checks_for
from constructs_lib.permissions import Permission
from constructs_lib.practices.practice import Practice
from constructs_lib.regions import check_region

_Stream = firehose.CfnDeliveryStream


class RedshiftDeliveryStream(DeliveryStream):
    """A delivery stream of Amazon Data Firehose that writes to a bucket, and has Redshift copy what is there.

    https://docs.aws.amazon.com/firehose/latest/dev/create-destination.html#create-destination-redshift

    A private warehouse is better served without this: streaming ingestion reads a Kinesis stream into a materialized
    view, and auto-copy loads what :class:`S3DeliveryStream` writes; neither needs a way in. Firehose reaches the
    warehouse over its public endpoint, so that it has to be publicly accessible, and its security group has to let in
    the addresses of Firehose in the Region (``region_info.FactName.FIREHOSE_CIDR_BLOCK``), and no others. Regions in
    which AWS names none are refused.

    Objects stay in the bucket after they are copied: give it a lifecycle rule. What COPY refuses until Firehose gives
    up is listed in manifests in the bucket.

    Args:
        scope: The parent construct.
        id: The construct's id.
        warehouse: The table, its endpoint, and the user that writes.
        bucket: Where objects wait for COPY, encrypted with its key, or with this construct's if that is not known.
        source: The Kinesis stream that is read; None takes direct puts, which are encrypted until they are delivered.
        copy: How COPY reads records.
        prefix: The beginning of objects' names, without expressions: Firehose adds ``yyyy/MM/dd/HH/``, and puts what
            fails beside, by what failed.
        buffering: How much is gathered for one COPY.
        compression: How objects are compressed; COPY is told.
        retry: How long Firehose tries COPY again: up to 2 hours.
        transformation: The function that changes records; None leaves them as they are.
        cloudwatch_logs: For records that come from a subscription of CloudWatch Logs: they are decompressed, and kept
            ``whole`` or as their ``messages``. None takes other records.
        delimiter: What is put after each record, so that COPY tells them apart; None where records end in one already.
        source_backup: Where records are kept as they came; None keeps no copies.
        key: Encrypts direct puts and the log; None takes the bucket's key, unless that was imported, or makes one. The
            policy of one that was imported has to let CloudWatch Logs in.
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
        warehouse: WarehouseTable,
        bucket: s3.IBucket,
        source: kinesis.IStream | None = None,
        copy: JsonCopy | CsvCopy = JsonCopy(),
        prefix: str = "staging/",
        buffering: Buffering = Buffering(),
        compression: Literal["GZIP", "UNCOMPRESSED"] = "GZIP",
        retry: cdk.Duration = cdk.Duration.hours(1),
        transformation: Transformation | None = None,
        cloudwatch_logs: CloudWatchLogs | None = None,
        delimiter: Literal["\n"] | None = "\n",
        source_backup: SourceBackup | None = None,
        key: kms.IKey | None = None,
        alarm_topic: sns.ITopic | None = None,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
        waive: Mapping[Practice, str] = {},
    ) -> None:
        checks = checks_for(scope, id)
        waivers, function_waivers = read_waivers(waive, transformation, checks)
        check_region(scope, {"source": source, "key": key, "alarm_topic": alarm_topic}, checks)
        check_lasts({"bucket": bucket, "key": key}, lifecycle, checks)
        _check_addresses(cdk.Stack.of(scope).region, checks)
        _check_prefixes(prefix, source_backup, checks)
        check_retry(retry, checks)
        check_transformation(transformation, checks)
        check_backup(source_backup, prefix, checks)
        if source_backup:
            claim_backup(scope, id, source_backup, called(bucket), checks)
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
        objects = self._objects(
            "DeliveryToS3",
            bucket,
            prefix=prefix,
            error_prefix=None,
            buffering=buffering,
            compression=compression,
        )
        self._permissions += [*may.read_secret(warehouse.secret), *_read(copy)]
        self._deliver(
            waivers=waivers,
            rules=delivery_alarms(
                buffering,
                backup=source_backup.buffering if source_backup else None,
                reads_stream=source is not None,
                transformation=transformation,
                copies=True,
            ),
            to_redshift=_Stream.RedshiftDestinationConfigurationProperty(
                cluster_jdbcurl=warehouse.url,
                role_arn=self.role_arn,
                secrets_manager_configuration=_Stream.SecretsManagerConfigurationProperty(
                    enabled=True, secret_arn=warehouse.secret.secret_arn, role_arn=self.role_arn
                ),
                copy_command=_Stream.CopyCommandProperty(
                    data_table_name=warehouse.table,
                    data_table_columns=warehouse.column_list,
                    copy_options=" ".join([*copy.copy_options, *(["GZIP"] if compression == "GZIP" else [])]),
                ),
                retry_options=_Stream.RedshiftRetryOptionsProperty(duration_in_seconds=int(retry.to_seconds())),
                s3_configuration=_Stream.S3DestinationConfigurationProperty(**objects),
                **self._backup(source_backup, bucket, errors=False),
                cloud_watch_logging_options=self._logging("DeliveryToRedshift"),
                processing_configuration=processing(
                    cloudwatch_logs=cloudwatch_logs,
                    transformation=transformation,
                    function=self.function,
                    role_arn=self.role_arn,
                    delimiter=delimiter,
                ),
            ),
        )


def _check_addresses(region: str, checks: Checks) -> None:
    if not is_token(region):
        checks.require(
            region_info.Fact.find(region, region_info.FactName.FIREHOSE_CIDR_BLOCK) is not None,
            "warehouse",
            region,
            given=f"a warehouse in {region}",
            allowed="a Region in which the addresses of Firehose are known",
            advice="Read a Kinesis stream with streaming ingestion, or deliver to S3 and let auto-copy load it.",
        )


def _check_prefixes(prefix: str, backup: SourceBackup | None, checks: Checks) -> None:
    """Record expressions and prefixes of errors, which Firehose refuses on the way to Redshift."""
    check_prefix("prefix", prefix, checks)
    for option, given in (("prefix", prefix), ("source_backup", backup.prefix if backup else "")):
        checks.require(
            "!{" not in given,
            option,
            given,
            allowed="a prefix without expressions",
            advice="Write the folder alone: Firehose adds the hour.",
        )
    checks.require(
        backup is None or backup.error_prefix is None,
        "source_backup",
        backup,
        given="an error_prefix",
        allowed="None",
        advice="Leave it out: on the way to Redshift, Firehose names the folders of errors by itself.",
    )


def _read(copy: JsonCopy | CsvCopy) -> list[Permission]:
    """Return what COPY reads besides the records: it has the role's rights."""
    resources = tuple(f"arn:{PARTITION}:s3:::{it}" for it in copy.objects)
    return [Permission(actions=("s3:GetObject",), resources=resources)] if resources else []
