"""From a stream into a warehouse: as a view that Redshift refreshes, or as a table that Firehose copies into."""

from collections.abc import Sequence
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_kinesis, aws_s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib import firehose, kinesis, redshift
from constructs_lib.errors import Checks
from constructs_lib.landing_bucket import LandingBucket
from constructs_lib.lifecycle import Lifecycle, check_lasts
from constructs_lib.options import checked, checks_for, options
from constructs_lib.redshift.schema import check_schema, check_warehouse
from constructs_lib.redshift.sql_names import LONGEST_NAME, check_name
from constructs_lib.redshift.sql_runner import declare
from constructs_lib.redshift.warehouse import Warehouse
from constructs_lib.regions import check_region

PUBLIC: Final = "public"
"""The schema that everybody may look into."""
USER: Final = "firehose_"


@options
class View:
    """Redshift reads the stream itself, seconds after records were written, over no public address.

    With enhanced VPC routing, the VPC needs interface endpoints for ``kinesis-streams`` and ``sts``.

    https://docs.aws.amazon.com/redshift/latest/dg/materialized-view-streaming-ingestion.html

    Args:
        name: The name of the materialized view, in lower case.
        schema: The schema of the view, or the name of one that exists.
        external_schema: The schema through which Redshift reads the stream; None calls it ``<name>_stream``. Views of
            one name in two schemas want two.

    Raises:
        InvalidOptionsError: A name is not one that Redshift takes.
    """

    name: str
    schema: redshift.Schema | str = PUBLIC
    external_schema: str | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "View")
        check_name("name", self.name, checks)
        schema = self.schema if isinstance(self.schema, str) else self.schema.schema_name
        check_name("schema", schema, checks)
        external = f"{self.name}_stream" if self.external_schema is None else self.external_schema
        checks.require(
            schema != external,
            "schema",
            schema,
            allowed=f"another name than {external}",
            advice="The external schema is called so, and Redshift keeps streams and views apart.",
        )
        checks.refuse()


@options
class Copy:
    """Data Firehose writes to S3, and has Redshift copy what is there into a table, by its public endpoint.

    The warehouse is made with ``firehose_access=True``. A user who may INSERT into this table, and do no more, copies.

    https://docs.aws.amazon.com/firehose/latest/dev/create-destination.html#create-destination-redshift

    Args:
        table: The table, in the same warehouse.
        user: The name of the user that is made for this delivery alone, in lower case; None takes ``firehose_`` and
            where the delivery stands in the app.
        format: How COPY reads records.
        buffering: How much is gathered for one COPY.
        bucket: Where objects wait for COPY, and manifests say what failed; None makes one, which keeps them.

    Raises:
        InvalidOptionsError: The name of the user is not one that Redshift takes.
    """

    table: redshift.Table
    user: str | None = None
    format: firehose.JsonCopy | firehose.CsvCopy = firehose.JsonCopy()
    buffering: firehose.Buffering = firehose.Buffering()
    bucket: LandingBucket | aws_s3.IBucket | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Copy")
        if self.user is not None:
            check_name("user", self.user, checks)
        checks.refuse()


class StreamToWarehouse(Construct):
    """Records of a Kinesis stream in a Redshift warehouse.

    https://docs.aws.amazon.com/redshift/latest/dg/materialized-view-streaming-ingestion.html

    A view comes first: it is private, seconds behind instead of minutes, and needs neither bucket nor password. A table
    is for transformations by COPY, and for warehouses that are public already. One stream feeds warehouses and lakes at
    once; each reads it by itself.

    The parts are attributes: ``.ingestion`` (:class:`constructs_lib.redshift.StreamingIngestion`) of a view;
    ``.delivery`` (:class:`constructs_lib.firehose.RedshiftDeliveryStream`), ``.user`` and ``.bucket`` of a table. A
    view has no alarm of its own: that of the stream tells if it falls behind.

    Args:
        scope: The parent construct.
        id: The construct's id.
        stream: What is read.
        warehouse: Where records go: a cluster or a serverless workgroup.
        into: The view, or the table, that records go into.
        readers: The database roles that may SELECT from it; of a schema that is not ``public``, they need USAGE too.
        alarm_topic: Receives the alarms of a delivery; None leaves them to be read in CloudWatch.
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
        stream: kinesis.Stream | aws_kinesis.IStream,
        warehouse: Warehouse,
        into: View | Copy,
        readers: Sequence[redshift.Role] = (),
        alarm_topic: sns.ITopic | None = None,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
    ) -> None:
        checks = checks_for(scope, id)
        source = stream.stream if isinstance(stream, kinesis.Stream) else stream
        check_region(scope, {"stream": source, "alarm_topic": alarm_topic}, checks)
        if isinstance(into, Copy):
            _check_copy(into, warehouse, checks)
            check_lasts({"into": _bucket(into)}, lifecycle, checks)
        else:
            check_schema(into.schema, warehouse, checks)
        _check_readers(readers, warehouse, checks)
        checks.refuse()

        super().__init__(scope, id)
        self.ingestion: redshift.StreamingIngestion | None = None
        self.user: redshift.User | None = None
        self.bucket: aws_s3.IBucket | None = None
        self.delivery: firehose.RedshiftDeliveryStream | None = None
        if isinstance(into, View):
            self.ingestion = redshift.StreamingIngestion(
                self,
                "Ingestion",
                warehouse=warehouse,
                stream=source,
                view=into.name,
                schema=into.schema,
                external_schema=into.external_schema,
                lifecycle=lifecycle,
            )
        else:
            self._copy(into, warehouse, source, alarm_topic, lifecycle)
        target = self.ingestion or into.table  # type: ignore[union-attr]
        for role in readers:
            redshift.Grant(self, f"Read{role.role_name}", to=role, on=target, privileges=["SELECT"])

    def _copy(
        self,
        copy: Copy,
        warehouse: Warehouse,
        source: aws_kinesis.IStream,
        alarm_topic: sns.ITopic | None,
        lifecycle: Lifecycle,
    ) -> None:
        """Deliver, once the user may write."""
        self.bucket = (
            _bucket(copy) or LandingBucket(self, "Bucket", alarm_topic=alarm_topic, lifecycle=lifecycle).bucket
        )
        self.user = redshift.User(self, "User", warehouse=warehouse, name=copy.user or _user_name(self))
        insert = redshift.Grant(self, "Insert", to=self.user, on=copy.table, privileges=["INSERT"])
        self.delivery = firehose.RedshiftDeliveryStream(
            self,
            "Delivery",
            source=source,
            warehouse=firehose.WarehouseTable(
                host=warehouse.endpoint,
                port=warehouse.port,
                database=warehouse.database_name,
                table=f"{copy.table.schema_name}.{copy.table.relation_name}",
                secret=self.user.secret,
            ),
            bucket=self.bucket,
            copy=copy.format,
            buffering=copy.buffering,
            alarm_topic=alarm_topic,
            lifecycle=lifecycle,
        )
        self.delivery.node.add_dependency(insert)
        if copy.table.schema_name != PUBLIC:
            self.delivery.node.add_dependency(self._use_schema(copy.table, self.user))

    def _use_schema(self, table: redshift.Table, user: redshift.User) -> cdk.CustomResource:
        """Let the user look into the schema of the table, whoever made it."""
        return declare(
            Construct(self, "Use"),
            "Grant",
            table.warehouse,
            {
                "Grantee": "USER",
                "GranteeName": user.user_name,
                "Schema": table.schema_name,
                "Privileges": ["USAGE"],
            },
            lifecycle=Lifecycle.DISPOSABLE,
            after=(user, table),
        )


def _bucket(copy: Copy) -> aws_s3.IBucket | None:
    """Return the bucket that is given."""
    return copy.bucket.bucket if isinstance(copy.bucket, LandingBucket) else copy.bucket


def _user_name(scope: Construct) -> str:
    """Return a name that no other delivery has: two of one name would change each other's password."""
    longest = LONGEST_NAME - len(USER)
    return f"{USER}{cdk.Names.unique_resource_name(scope, max_length=longest, separator='_')}".lower()


def _check_copy(copy: Copy, warehouse: Warehouse, checks: Checks) -> None:
    checks.require(
        warehouse.firehose_access,
        "warehouse",
        warehouse,
        given="a warehouse that does not let Firehose in",
        allowed="one made with firehose_access=True",
        advice="Make it so, or read the stream into a View, which needs no way in.",
    )
    checks.require(
        copy.table.warehouse is warehouse,
        "into",
        copy.table,
        given="a table of another warehouse",
        allowed="a table of this one",
        advice="Declare the table in the warehouse that it is copied into.",
    )


def _check_readers(readers: Sequence[redshift.Role], warehouse: Warehouse, checks: Checks) -> None:
    names = [role.role_name for role in readers]
    advice = "Leave out the second one."
    checks.require(len(set(names)) == len(names), "readers", names, allowed="each once", advice=advice)
    for role in readers:
        check_warehouse("readers", role, role.warehouse, warehouse, checks)
