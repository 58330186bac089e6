"""From a stream into a lake: columnar objects in S3, and a table and a workgroup to query them with."""

import datetime
from collections.abc import Collection, Sequence
from typing import Any, Final, Literal

from aws_cdk import aws_glue, aws_iam, aws_kinesis, aws_s3
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib import athena, firehose, glue, kinesis
from constructs_lib.buckets import called, claim_folder
from constructs_lib.encryption import store_key, widenable
from constructs_lib.errors import Checks, InvalidOptionsError
from constructs_lib.firehose.source_backup import check_backup, claim_backup
from constructs_lib.glue.schema import check_name, schema_of
from constructs_lib.landing_bucket import LandingBucket
from constructs_lib.lifecycle import Lifecycle, check_lasts
from constructs_lib.options import checked, checks_for, path_of
from constructs_lib.regions import check_home, check_region

ERRORS: Final = "errors"
DAY: Final = "day"
HOUR: Final = "hour"
HOURS: Final = glue.Integers(0, 23, digits=2)

_FORMATS: Final = {glue.Format.PARQUET: firehose.Parquet, glue.Format.ORC: firehose.Orc}


class StreamToLake(Construct):
    """Records of a stream as a table that can be queried the moment the stack stands.

    https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html

    Data Firehose gathers records that are JSON objects, converts them by the schema, and writes them under
    ``<name>/day=2026-11-21/hour=09/``, in UTC, by when they arrived. Athena computes these partitions, so nothing has
    to add them. What cannot be converted is kept under ``errors/<name>/``, by what failed.

    The parts are attributes: ``.delivery`` (:class:`constructs_lib.firehose.S3DeliveryStream`), ``.bucket``,
    ``.table``, ``.database`` and ``.workgroup``. Several lakes of one stream read it each by itself; several tables
    may share bucket, database and workgroup, each with a folder of its own.

    Args:
        scope: The parent construct.
        id: The construct's id.
        stream: What is read; None takes direct puts.
        name: The name of the table in queries, and of its folder: small letters, digits and underscores; not
            ``errors``, nor a folder of copies.
        schema: A dataclass or a TypedDict, whose annotations become columns, or the columns themselves. None is called
            ``day`` or ``hour``, as the partitions are.
        since: The day of the first records; queries see nothing before it.
        partitions: Whether a folder has the records of a day or of an hour. Hours suit more than some gigabytes a day.
        format: How objects are written.
        buffering: How much is gathered for one object: at least 64 MiB.
        transformation: The function that changes records before they are converted; None leaves them as they are.
        source_backup: Where records are kept as they came, in a folder called like the table: ``source/<name>/``; None
            keeps no copies.
        bucket: Where objects land; None makes one. Objects in one whose key is not known are encrypted with ``key``.
        database: Where the table is found; None makes one that is called like the table.
        workgroup: Runs the queries; None makes one.
        key: Encrypts what is made here; None takes the key of the bucket that is given, unless that was
            imported, or makes one.
        catalog_key: Encrypts the Data Catalog: ``.key`` of a :class:`constructs_lib.glue.CatalogEncryption`; None where
            the catalog is not encrypted with a key of the account's own.
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
        stream: kinesis.Stream | aws_kinesis.IStream | None,
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
        catalog_key: kms.IKey | None = None,
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
        if checks.require_literal("name", name):
            check_name("name", name, checks)
        checks.require(
            name != ERRORS,
            "name",
            name,
            allowed=f"another name than {ERRORS}",
            advice="Failures of all tables of a bucket have this folder.",
        )
        keys: dict[str, glue.Dates | glue.Integers] = {DAY: _days(since, checks)}
        if partitions == "hourly":
            keys[HOUR] = HOURS
        _check_schema(schema, keys, checks)
        source = stream.stream if isinstance(stream, kinesis.Stream) else stream
        near = {"stream": source, "key": key, "catalog_key": catalog_key, "alarm_topic": alarm_topic}
        check_region(scope, near, checks)
        check_home(scope, {"database": database, "workgroup": workgroup}, checks)
        buffering.check_grouped("conversion", checks)
        prefix = f"{name}/"
        if source_backup:
            source_backup = source_backup.of(prefix)
        check_backup(source_backup, prefix, checks)
        given = bucket.bucket if isinstance(bucket, LandingBucket) else bucket
        check_lasts({"bucket": given, "key": key}, lifecycle, checks)
        holder = called(given) if given else f"{path_of(scope, id)}/Bucket/Bucket"
        claim_backup(scope, id, source_backup, holder, checks)
        claim_folder(scope, id, "name", holder, prefix, checks)
        checks.refuse()

        super().__init__(scope, id)
        shared: dict[str, Any] = {"alarm_topic": alarm_topic, "lifecycle": lifecycle}
        self.bucket: aws_s3.IBucket = given or LandingBucket(self, "Bucket", key=key, **shared).bucket
        bucket_key = self.bucket.encryption_key
        self.key = store_key(self, key or widenable(bucket_key), lifecycle)
        self.database = database or glue.Database(self, "Database", name=name)
        self.table = glue.Table(
            self,
            "Table",
            name=name,
            database=self.database,
            bucket=self.bucket,
            prefix=prefix,
            schema=schema,
            partitions=keys,
            format=format,
        )
        self.delivery = firehose.S3DeliveryStream(
            self,
            "Delivery",
            source=source,
            bucket=self.bucket,
            prefix=f"{prefix}{DAY}=!{{timestamp:yyyy-MM-dd}}/" + (f"{HOUR}=!{{timestamp:HH}}/" if HOUR in keys else ""),
            error_prefix=f"{ERRORS}/{prefix}!{{firehose:error-output-type}}/!{{timestamp:yyyy/MM/dd}}/",
            buffering=buffering,
            conversion=_FORMATS[format](table=self.table.table),
            transformation=transformation,
            source_backup=source_backup,
            key=self.key,
            catalog_key=catalog_key,
            **shared,
        )
        self.workgroup = workgroup or athena.WorkGroup(self, "Queries", key=self.key, **shared)
        self.location = athena.Location(self.bucket, prefix, key=bucket_key or self.key)
        """Where the objects are, and the key that they are encrypted with."""
        self._catalog_key = catalog_key

    def grant_query(self, role: aws_iam.IRole) -> aws_iam.ManagedPolicy:
        """Let a role query the table in the workgroup, and read its objects and the results.

        https://docs.aws.amazon.com/athena/latest/ug/workgroups-iam-policy.html

        Args:
            role: The IAM role. The policy is made beside it, in its stack.

        Returns:
            The managed policy; the same one if the role may query already.

        Raises:
            InvalidOptionsError: What is given is no role.
        """
        return self.workgroup.grant_query(
            role, tables=[self.table.table], locations=[self.location], catalog_key=self._catalog_key
        )


def _days(since: datetime.date, checks: Checks) -> glue.Dates:
    """Return the days from the first on, and record a problem with one that is none, or still to come."""
    try:
        return glue.Dates(since)
    except InvalidOptionsError as refusal:
        for it in refusal.problems:
            checks.problem("since", it.given, allowed=it.allowed, advice=it.advice)
        return glue.Dates("NOW")


def _check_schema(schema: type | Sequence[glue.Column], keys: Collection[str], checks: Checks) -> None:
    """Record a problem with a schema that cannot be read, has no columns, or those that folders are called by."""
    try:
        columns = schema_of(schema).columns if isinstance(schema, type) else schema
    except InvalidOptionsError as refusal:
        for it in refusal.problems:
            option = it.option if it.option == "schema" else f"schema.{it.option}"
            checks.problem(option, it.given, allowed=it.allowed, advice=it.advice)
        return
    checks.require(
        bool(columns), "schema", columns, given="no columns", allowed="one or more", advice="Name the columns."
    )
    taken = [column.name for column in columns if column.name in keys]
    checks.require(
        not taken,
        "schema",
        taken,
        given=f"columns called {', '.join(taken)}",
        allowed=f"columns that are not called {', '.join(keys)}",
        advice="Partitions have these names, by when records arrived: rename the columns, in the records too.",
    )
