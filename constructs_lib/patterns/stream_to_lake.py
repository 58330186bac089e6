"""From a stream into a lake: columnar objects in S3, and a table and a workgroup to query them with."""

import datetime
from collections.abc import Sequence
from typing import Any, Final, Literal

from aws_cdk import aws_glue, aws_iam, aws_kinesis, aws_s3
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib import athena, firehose, glue
from constructs_lib.glue.schema import check_name
from constructs_lib.landing_bucket import LandingBucket
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.options import checked, checks_for

HOURS_A_DAY: Final = 24
ERRORS: Final = "errors/"

_FORMATS: Final = {glue.Format.PARQUET: firehose.Parquet, glue.Format.ORC: firehose.Orc}


class StreamToLake(Construct):
    """Records of a stream as a table that can be queried the moment the stack stands.

    https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html

    Data Firehose gathers records that are JSON objects, converts them by the schema, and writes them under
    ``<name>/day=2026-11-21/hour=09/``, in UTC, by when they arrived. Athena computes these partitions, so nothing has
    to add them. What cannot be converted is kept under ``errors/<name>/``, by what failed.

    The parts are attributes: ``.delivery`` (:class:`constructs_lib.firehose.S3DeliveryStream`), ``.bucket``,
    ``.table``, ``.database`` and ``.workgroup``. Several lakes of one stream read it each by itself; several tables may
    share bucket, database and workgroup.

    Args:
        scope: The parent construct.
        id: The construct's id.
        stream: What is read: ``clicks.stream`` of a :class:`constructs_lib.kinesis.Stream`; None takes direct puts.
        name: The name of the table in queries, and of its folder: small letters, digits and underscores.
        schema: A dataclass or a TypedDict, whose annotations become columns, or the columns themselves.
        since: The day of the first records; queries see nothing before it.
        partitions: Whether a folder has the records of a day or of an hour. Hours suit more than some gigabytes a day.
        format: How objects are written.
        buffering: How much is gathered for one object: at least 64 MiB.
        transformation: The function that changes records before they are converted; None leaves them as they are.
        source_backup: Where records are kept as they came; None keeps no copies.
        bucket: Where objects land; None makes one.
        database: Where the table is found; None makes one that is called like the table.
        workgroup: Runs the queries; None makes one.
        key: Encrypts what is made here; None takes the key of the bucket that is given, or makes one.
        alarm_topic: Receives the alarms; None leaves them to be read in CloudWatch.
        lifecycle: Whether what holds data outlives its stack.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        stream: aws_kinesis.IStream | None,
        name: str,
        schema: type | Sequence[glue.Column],
        since: datetime.date,
        partitions: Literal["daily", "hourly"] = "hourly",
        format: glue.Format = glue.Format.PARQUET,
        buffering: firehose.Buffering = firehose.Buffering(),
        transformation: firehose.Transformation | None = None,
        source_backup: firehose.SourceBackup | None = None,
        bucket: LandingBucket | aws_s3.IBucket | None = None,
        database: glue.Database | aws_glue.IDatabase | None = None,
        workgroup: athena.WorkGroup | None = None,
        key: kms.IKey | None = None,
        alarm_topic: sns.ITopic | None = None,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
    ) -> None:
        checks = checks_for(scope, id)
        checks.require(
            format in _FORMATS,
            "format",
            format,
            given=format.name,
            allowed=" or ".join(it.name for it in _FORMATS),
            advice="Firehose converts to columns; firehose.S3DeliveryStream writes JSON as it comes.",
        )
        check_name("name", name, checks)
        checks.refuse()

        super().__init__(scope, id)
        shared: dict[str, Any] = {"alarm_topic": alarm_topic, "lifecycle": lifecycle}
        self.bucket = (bucket.bucket if isinstance(bucket, LandingBucket) else bucket) or LandingBucket(
            self, "Bucket", key=key, **shared
        ).bucket
        self.key = key or self.bucket.encryption_key
        self.database = database or glue.Database(self, "Database", name=name)
        self.prefix = f"{name}/"
        hourly = partitions == "hourly"
        self.table = glue.Table(
            self,
            "Table",
            name=name,
            database=self.database,
            bucket=self.bucket,
            prefix=self.prefix,
            schema=schema,
            partitions={
                "day": glue.Dates(since),
                **({"hour": glue.Integers(0, HOURS_A_DAY - 1, digits=2)} if hourly else {}),
            },
            format=format,
        )
        self.delivery = firehose.S3DeliveryStream(
            self,
            "Delivery",
            source=stream,
            bucket=self.bucket,
            prefix=f"{self.prefix}day=!{{timestamp:yyyy-MM-dd}}/" + ("hour=!{timestamp:HH}/" if hourly else ""),
            error_prefix=f"{ERRORS}{self.prefix}!{{firehose:error-output-type}}/!{{timestamp:yyyy/MM/dd}}/",
            buffering=buffering,
            conversion=_FORMATS[format](table=self.table.table),
            transformation=transformation,
            source_backup=source_backup,
            key=self.key,
            **shared,
        )
        self.workgroup = workgroup or athena.WorkGroup(self, "Queries", key=self.key, **shared)

    def grant_query(self, role: aws_iam.IRole) -> aws_iam.ManagedPolicy:
        """Let a role query the table in the workgroup, and read its objects and the results.

        https://docs.aws.amazon.com/athena/latest/ug/workgroups-iam-policy.html

        Args:
            role: The IAM role. The policy is made beside it, in its stack.

        Returns:
            The managed policy.

        Raises:
            InvalidOptionsError: What is given is no role.
        """
        location = athena.Location(self.bucket, self.prefix)
        return self.workgroup.grant_query(role, tables=[self.table.table], locations=[location])
