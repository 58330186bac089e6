"""From a stream into a warehouse: as a view that Redshift refreshes, or as a table that Firehose copies into."""

from collections.abc import Sequence

from aws_cdk import aws_kinesis, aws_s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib import firehose, redshift
from constructs_lib.errors import Checks
from constructs_lib.landing_bucket import LandingBucket
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.options import checked, checks_for, options
from constructs_lib.redshift.warehouse import Warehouse


@options
class View:
    """Redshift reads the stream itself, seconds after records were written, over no public address.

    https://docs.aws.amazon.com/redshift/latest/dg/materialized-view-streaming-ingestion.html

    Args:
        name: The name of the materialized view, in lower case.
        schema: The schema of the view, or the name of one that exists.
    """

    name: str
    schema: redshift.Schema | str = "public"


@options
class Copy:
    """Data Firehose writes to S3, and has Redshift copy what is there into a table, by its public endpoint.

    The warehouse is made with ``firehose_access=True``. A user who may INSERT into this table, and do no more, copies.

    https://docs.aws.amazon.com/firehose/latest/dev/create-destination.html#create-destination-redshift

    Args:
        table: The table, in the same warehouse.
        user: The name of the user that is made for the delivery, in lower case.
        format: How COPY reads records.
        buffering: How much is gathered for one COPY.
        bucket: Where objects wait for COPY, and manifests say what failed; None makes one.
    """

    table: redshift.Table
    user: str = "firehose"
    format: firehose.JsonCopy | firehose.CsvCopy = firehose.JsonCopy()
    buffering: firehose.Buffering = firehose.Buffering()
    bucket: LandingBucket | aws_s3.IBucket | None = None


class StreamToWarehouse(Construct):
    """Records of a Kinesis stream in a Redshift warehouse.

    https://docs.aws.amazon.com/redshift/latest/dg/materialized-view-streaming-ingestion.html

    A view comes first: it is private, seconds behind instead of minutes, and needs neither bucket nor password. A table
    is for transformations by COPY, and for warehouses that are public already. One stream feeds warehouses and lakes at
    once; each reads it by itself.

    The parts are attributes: ``.ingestion`` (:class:`constructs_lib.redshift.StreamingIngestion`) of a view;
    ``.delivery`` (:class:`constructs_lib.firehose.RedshiftDeliveryStream`), ``.user`` and ``.bucket`` of a table.

    Args:
        scope: The parent construct.
        id: The construct's id.
        stream: What is read: ``clicks.stream`` of a :class:`constructs_lib.kinesis.Stream`.
        warehouse: Where records go: a cluster or a serverless workgroup.
        into: The view, or the table, that records go into.
        readers: The database roles that may SELECT from it; of a schema that is not ``public``, they need USAGE too.
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
        stream: aws_kinesis.IStream,
        warehouse: Warehouse,
        into: View | Copy,
        readers: Sequence[redshift.Role] = (),
        alarm_topic: sns.ITopic | None = None,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
    ) -> None:
        checks = checks_for(scope, id)
        if isinstance(into, Copy):
            _check_copy(into, warehouse, checks)
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
                stream=stream,
                view=into.name,
                schema=into.schema,
                lifecycle=lifecycle,
            )
        else:
            self._copy(into, warehouse, stream, alarm_topic, lifecycle)
        target = self.ingestion or into.table  # type: ignore[union-attr]
        for role in readers:
            redshift.Grant(self, f"Read{role.node.id}", to=role, on=target, privileges=["SELECT"])

    def _copy(
        self,
        copy: Copy,
        warehouse: Warehouse,
        stream: aws_kinesis.IStream,
        alarm_topic: sns.ITopic | None,
        lifecycle: Lifecycle,
    ) -> None:
        """Deliver, once the user may write."""
        given = copy.bucket.bucket if isinstance(copy.bucket, LandingBucket) else copy.bucket
        self.bucket = given or LandingBucket(self, "Bucket", alarm_topic=alarm_topic, lifecycle=lifecycle).bucket
        self.user = redshift.User(self, "User", warehouse=warehouse, name=copy.user)
        insert = redshift.Grant(self, "Insert", to=self.user, on=copy.table, privileges=["INSERT"])
        self.delivery = firehose.RedshiftDeliveryStream(
            self,
            "Delivery",
            source=stream,
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


def _check_copy(copy: Copy, warehouse: Warehouse, checks: Checks) -> None:
    checks.require(
        warehouse.firehose_access,
        "warehouse",
        warehouse,
        given="a warehouse that lets Firehose not in",
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
