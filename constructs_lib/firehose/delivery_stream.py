"""What delivery streams of every destination have: a source, a role, a log, a function, and somewhere in S3."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.acknowledgements import Waivers, acknowledge
from constructs_lib.alarms import AlarmRule, Alarms
from constructs_lib.arns import ACCOUNT
from constructs_lib.encryption import store_key
from constructs_lib.errors import Checks
from constructs_lib.firehose import delivery_permissions as may
from constructs_lib.firehose.buffering import Buffering
from constructs_lib.firehose.source_backup import SourceBackup
from constructs_lib.firehose.transformation import Transformation
from constructs_lib.functions import CodeFunction, FunctionCode
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.logs import log_group
from constructs_lib.networking import isolated_subnets
from constructs_lib.options import checks_for
from constructs_lib.permissions import Permission, check_role, grant, grant_beside
from constructs_lib.practices import firehose as practices
from constructs_lib.practices import lambda_ as function_practices
from constructs_lib.practices.practice import Practice

NAMESPACE: Final = "AWS/Firehose"
SOURCE_ENCRYPTS: Final = "The records wait in the Kinesis stream, which encrypts them; Firehose refuses a key here."

STREAM_PRACTICES: Final[tuple[Practice, ...]] = (practices.ALARMS,)
FUNCTION_PRACTICES: Final[tuple[Practice, ...]] = (
    function_practices.TRACING,
    function_practices.RESERVED_CONCURRENCY,
)
WAIVABLE: Final[tuple[Practice, ...]] = (*STREAM_PRACTICES, *FUNCTION_PRACTICES)

_Stream = firehose.CfnDeliveryStream


def read_waivers(
    waive: Mapping[Practice, str], transformation: Transformation | None, checks: Checks
) -> tuple[Waivers, Waivers]:
    """Return the waivers of the delivery stream, and those of the function that it makes, if it makes one."""
    makes = transformation is not None and isinstance(transformation.function, FunctionCode)
    waivers = Waivers(waive, known=WAIVABLE if makes else STREAM_PRACTICES, checks=checks)
    of_function = {it: reason for it, reason in waive.items() if it in FUNCTION_PRACTICES}
    return waivers, Waivers(of_function, known=FUNCTION_PRACTICES, checks=Checks(lambda: "waive"))


def check_transformation(transformation: Transformation | None, checks: Checks) -> None:
    """Record what is wrong with the network of a function that is made here."""
    if transformation and isinstance(transformation.function, FunctionCode) and transformation.function.vpc:
        isolated_subnets(transformation.function.vpc, None, checks)


class DeliveryStream(Construct):
    """What a delivery stream is made of, whatever its destination.

    Args:
        scope: The parent construct.
        id: The construct's id.
        source: The Kinesis stream that is read; None takes direct puts.
        transformation: The function that changes records.
        key: What was given to encrypt with.
        lifecycle: Whether key and log outlive the stack.
        function_waivers: What the function leaves out.
        alarm_topic: Receives the alarms.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        source: kinesis.IStream | None,
        transformation: Transformation | None,
        key: kms.IKey | None,
        lifecycle: Lifecycle,
        function_waivers: Waivers,
        alarm_topic: sns.ITopic | None,
    ) -> None:
        super().__init__(scope, id)
        self.key = store_key(self, key, lifecycle, logs=True)
        self.logs = log_group(self, "Logs", key=self.key, lifecycle=lifecycle)
        trust = {"StringEquals": {"sts:ExternalId": ACCOUNT}}
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("firehose.amazonaws.com", conditions=trust))
        self.role_arn = self.role.role_arn
        self.function: lambda_.IFunction | None = None
        self._source = source
        self._lifecycle = lifecycle
        self._topic = alarm_topic
        self._permissions: list[Permission] = [may.write_logs(self.logs.log_group_arn)]
        if source:
            self._permissions += may.read_stream(source)
        if transformation:
            self.function = self._function(transformation.function, function_waivers)
            self._permissions.append(may.invoke(self.function))

    @property
    def name(self) -> str:
        """The delivery stream's name, which CloudFormation chooses."""
        return self.delivery_stream.ref

    @property
    def arn(self) -> str:
        """The delivery stream's ARN."""
        return self.delivery_stream.attr_arn

    def grant_put(self, role: iam.IRole) -> iam.ManagedPolicy:
        """Let a role put records.

        https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html

        Args:
            role: The IAM role. The policy is made beside it, in its stack.

        Returns:
            The managed policy; the same one if the role may put already.

        Raises:
            InvalidOptionsError: What is given is no role, or the delivery stream reads a Kinesis stream.
        """
        checks = checks_for(self, "Put")
        check_role(role, checks, self)
        if self._source:
            advice = "Let the role put records into the Kinesis stream."
            checks.problem("role", "a role for direct puts", allowed="none with a source", advice=advice)
        checks.refuse()
        permission = Permission(actions=("firehose:PutRecord", "firehose:PutRecordBatch"), resources=(self.arn,))
        return grant_beside(self, role, [permission])

    def _function(self, function: FunctionCode | lambda_.IFunction, waivers: Waivers) -> lambda_.IFunction:
        if not isinstance(function, FunctionCode):
            return function
        isolated = isolated_subnets(function.vpc, None, Checks(lambda: "vpc")) if function.vpc else None
        return CodeFunction(
            self,
            "Transformation",
            code=function,
            key=self.key,
            dead_letters=None,
            subnets=isolated,
            lifecycle=self._lifecycle,
            waivers=waivers,
        ).function

    def _logging(self, name: str) -> firehose.CfnDeliveryStream.CloudWatchLoggingOptionsProperty:
        """Declare one stream of the log, and return what tells Firehose to write its errors there."""
        stream = logs.CfnLogStream(self.logs, name, log_group_name=self.logs.log_group_name, log_stream_name=name)
        stream.apply_removal_policy(self._lifecycle.removal_policy)
        return _Stream.CloudWatchLoggingOptionsProperty(
            enabled=True, log_group_name=self.logs.log_group_name, log_stream_name=stream.ref
        )

    def _objects(
        self,
        log: str,
        bucket: s3.IBucket,
        *,
        prefix: str | None,
        error_prefix: str | None,
        buffering: Buffering,
        compression: str,
    ) -> dict[str, Any]:
        """Return how objects are written to a bucket, and let the role do so."""
        bucket_arn, key = bucket.bucket_arn, bucket.encryption_key or self.key
        self._permissions += may.write_objects(bucket_arn, key.key_arn, prefix, error_prefix)
        return {
            "bucket_arn": bucket_arn,
            "role_arn": self.role_arn,
            "prefix": prefix,
            "error_output_prefix": error_prefix,
            "buffering_hints": _Stream.BufferingHintsProperty(
                interval_in_seconds=buffering.seconds, size_in_m_bs=buffering.mebibytes
            ),
            "compression_format": compression,
            "encryption_configuration": _Stream.EncryptionConfigurationProperty(
                kms_encryption_config=_Stream.KMSEncryptionConfigProperty(awskms_key_arn=key.key_arn)
            ),
            "cloud_watch_logging_options": self._logging(log),
        }

    def _backup(self, backup: SourceBackup | None, bucket: s3.IBucket, *, errors: bool = True) -> dict[str, Any]:
        """Return how records are kept as they came, with a folder for errors where Firehose takes one."""
        if backup is None:
            return {"s3_backup_mode": "Disabled"}
        objects = self._objects(
            "SourceBackup",
            backup.bucket or bucket,
            prefix=backup.prefix,
            error_prefix=backup.error_folder if errors else None,
            buffering=backup.buffering,
            compression="GZIP",
        )
        return {
            "s3_backup_mode": "Enabled",
            "s3_backup_configuration": _Stream.S3DestinationConfigurationProperty(**objects),
        }

    def _deliver(
        self,
        *,
        waivers: Waivers,
        rules: Sequence[AlarmRule],
        to_s3: firehose.CfnDeliveryStream.ExtendedS3DestinationConfigurationProperty | None = None,
        to_redshift: firehose.CfnDeliveryStream.RedshiftDestinationConfigurationProperty | None = None,
        to_iceberg: firehose.CfnDeliveryStream.IcebergDestinationConfigurationProperty | None = None,
    ) -> None:
        """Make the delivery stream, once its role may do everything, and watch it."""
        policy = grant(self, "RolePolicy", self.role, self._permissions)
        encryption = source = None
        if self._source:
            source = _Stream.KinesisStreamSourceConfigurationProperty(
                kinesis_stream_arn=self._source.stream_arn, role_arn=self.role_arn
            )
        else:
            encryption = _Stream.DeliveryStreamEncryptionConfigurationInputProperty(
                key_type="CUSTOMER_MANAGED_CMK", key_arn=self.key.key_arn
            )
        self.delivery_stream = firehose.CfnDeliveryStream(
            self,
            "DeliveryStream",
            delivery_stream_type="KinesisStreamAsSource" if source else "DirectPut",
            delivery_stream_encryption_configuration_input=encryption,
            kinesis_stream_source_configuration=source,
            extended_s3_destination_configuration=to_s3,
            redshift_destination_configuration=to_redshift,
            iceberg_destination_configuration=to_iceberg,
        )
        self.delivery_stream.node.add_dependency(policy)
        if source:
            acknowledge(self.delivery_stream, dict.fromkeys(practices.ENCRYPTION.answers, SOURCE_ENCRYPTS))
        waivers.acknowledge(self.delivery_stream, *STREAM_PRACTICES)
        self.alarms: Alarms | None = None
        if waivers.keeps(practices.ALARMS):
            self.alarms = Alarms(
                self,
                "Alarms",
                rules=rules,
                namespace=NAMESPACE,
                dimensions={"DeliveryStreamName": self.name},
                topic=self._topic,
            )
