"""Ways into a warehouse to test: as a view, and as a table."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib import firehose, kinesis, patterns, redshift
from constructs_lib.landing_bucket import LandingBucket
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.notifications import AlarmTopic
from constructs_lib.redshift.warehouse import Warehouse
from tests.firehose.streams import new_stream
from tests.redshift.warehouses import PUBLIC, public_vpc
from tests.redshift_sql.warehouses import COLUMNS, ExistingWarehouse


class OpenWarehouse(ExistingWarehouse):
    """A warehouse that exists outside of the app, and lets Firehose in."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.firehose_access = True


def new_warehouse(scope: Construct, id: str = "Warehouse") -> Warehouse:
    """Make a warehouse, or return the one that is there, of whatever kind."""
    made = scope.node.try_find_child(id)
    return made if isinstance(made, Warehouse) else OpenWarehouse(scope, id)


def new_cluster(stack: cdk.Stack, **options: Any) -> redshift.Cluster:
    """Make a cluster that Firehose reaches."""
    given = {"vpc": public_vpc(stack), "subnets": PUBLIC, "firehose_access": True, **options}
    return redshift.Cluster(stack, "Warehouse", **given)


def new_workgroup(stack: cdk.Stack, **options: Any) -> redshift.ServerlessWorkgroup:
    """Make a workgroup that Firehose reaches."""
    given = {"vpc": public_vpc(stack), "subnets": PUBLIC, "firehose_access": True, **options}
    return redshift.ServerlessWorkgroup(stack, "Warehouse", **given)


WAREHOUSES: Final[Mapping[str, Callable[..., Warehouse]]] = {"cluster": new_cluster, "workgroup": new_workgroup}


def new_table(stack: Construct, id: str = "Table", **options: Any) -> redshift.Table:
    """Make a table with these options, and a warehouse for it."""
    given = {"warehouse": new_warehouse(stack), "name": "orders", "columns": COLUMNS, **options}
    return redshift.Table(stack, id, **given)


def new_reader(stack: Construct, id: str = "Reader", **options: Any) -> redshift.Role:
    """Make a database role with these options, and a warehouse for it."""
    return redshift.Role(stack, id, **{"warehouse": new_warehouse(stack), "name": id.lower(), **options})


def new_view(stack: Construct, id: str = "Ingestion", **options: Any) -> patterns.StreamToWarehouse:
    """Read a stream into a view, with the least that must be said, and these options."""
    made = dict(options)
    if "stream" not in made:
        made["stream"] = new_stream(stack, f"{id}Source")
    if "warehouse" not in made:
        made["warehouse"] = new_warehouse(stack)
    return patterns.StreamToWarehouse(stack, id, **{"into": patterns.View("clicks"), **made})


def new_copy(stack: Construct, id: str = "Ingestion", **options: Any) -> patterns.StreamToWarehouse:
    """Deliver a stream into a table, with the least that must be said, and these options."""
    made = dict(options)
    if "into" not in made:
        made["into"] = patterns.Copy(new_table(stack, f"{id}Table"))
    return new_view(stack, id, **made)


def full_view(stack: cdk.Stack) -> patterns.StreamToWarehouse:
    """Read a stream into a view, with every option."""
    warehouse = new_warehouse(stack)
    schema = redshift.Schema(stack, "Sales", warehouse=warehouse, name="sales", lifecycle=Lifecycle.DISPOSABLE)
    return new_view(
        stack,
        stream=kinesis.Stream(stack, "Clicks", lifecycle=Lifecycle.DISPOSABLE),
        warehouse=warehouse,
        into=patterns.View("clicks", schema),
        readers=[new_reader(stack), new_reader(stack, "Analyst")],
        lifecycle=Lifecycle.DISPOSABLE,
    )


def full_copy(stack: cdk.Stack) -> patterns.StreamToWarehouse:
    """Deliver a stream into a table, with every option."""
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    topic = AlarmTopic(stack, "Topic", key=key).topic
    shared: dict[str, Any] = {"key": key, "alarm_topic": topic, "lifecycle": Lifecycle.DISPOSABLE}
    return new_copy(
        stack,
        stream=kinesis.Stream(stack, "Clicks", **shared),
        into=patterns.Copy(
            new_table(stack, schema="sales", lifecycle=Lifecycle.DISPOSABLE),
            user="loader",
            format=firehose.CsvCopy(delimiter="|"),
            buffering=firehose.Buffering(interval=cdk.Duration.minutes(1), size=cdk.Size.mebibytes(16)),
            bucket=LandingBucket(stack, "Staging", expire_after=cdk.Duration.days(30), **shared),
        ),
        readers=[new_reader(stack)],
        alarm_topic=topic,
        lifecycle=Lifecycle.DISPOSABLE,
    )


def given_bucket(scope: Construct) -> s3.IBucket:
    """Return a bucket that exists, without its key."""
    return s3.Bucket.from_bucket_name(scope, "Given", "staging")
