"""The way from a stream into a warehouse: as a whole, what the user and the readers may, and where parts may stand."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sns as sns
from syrupy.assertion import SnapshotAssertion

from constructs_lib import kinesis, patterns, redshift
from constructs_lib.landing_bucket import LandingBucket
from constructs_lib.lifecycle import Lifecycle
from tests.patterns.warehouses import (
    WAREHOUSES,
    full_copy,
    full_view,
    given_bucket,
    new_copy,
    new_reader,
    new_table,
    new_view,
    new_warehouse,
)
from tests.redshift_sql.warehouses import HOST
from tests.synthesis import ENVIRONMENTS, Template, deployed, judge, new_app, new_stack, template

ALARM = "AWS::CloudWatch::Alarm"
BUCKET = "AWS::S3::Bucket"
DELIVERY = "AWS::KinesisFirehose::DeliveryStream"
GRANT = "Custom::RedshiftGrant"
INGESTION = "Custom::RedshiftStreamingIngestion"
USER = "Custom::RedshiftUser"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"
MAKES = {"view": new_view, "copy": new_copy, "full view": full_view, "full copy": full_copy}


@pytest.mark.parametrize("make", [new_view, new_copy], ids=["view", "copy"])
def test_minimal(stack: cdk.Stack, make: Any, snapshot: SnapshotAssertion) -> None:
    make(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@pytest.mark.parametrize("make", [full_view, full_copy], ids=["view", "copy"])
def test_everything(stack: cdk.Stack, make: Any, snapshot: SnapshotAssertion) -> None:
    make(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)
@pytest.mark.parametrize("env", [it for name, it in ENVIRONMENTS.items() if name != "ireland"], ids=["china", "any"])
def test_is_clean_wherever_it_is(env: cdk.Environment | None, make: Any) -> None:
    stack = new_stack(env)
    make(stack)
    assert judge(stack).findings == []


def _grants(written: Template) -> list[tuple[str, str, str, list[str]]]:
    """Who may what: the kind, the grantee, the object and the privileges."""
    found = [it["Properties"] for it in written.of_type(GRANT).values()]
    return sorted(
        (
            it["Grantee"],
            it["GranteeName"],
            ".".join(filter(None, (it["Schema"], it.get("Relation")))),
            it["Privileges"],
        )
        for it in found
    )


def test_a_view_reads_the_stream_itself(stack: cdk.Stack) -> None:
    made = new_view(stack)
    written = template(stack)
    view = written.properties(INGESTION)
    assert (view["Schema"], view["View"], view["ExternalSchema"]) == ("public", "clicks", "clicks_stream")
    assert made.ingestion
    assert (made.delivery, made.user, made.bucket) == (None, None, None)
    assert not written.of_type(DELIVERY)
    assert not written.of_type(BUCKET)


def test_a_table_is_copied_into_by_a_user_who_may_insert_into_it_alone(stack: cdk.Stack) -> None:
    made = new_copy(stack)
    written = template(stack)
    destination = written.properties(DELIVERY)["RedshiftDestinationConfiguration"]
    assert made.ingestion is None
    assert destination["ClusterJDBCURL"] == f"jdbc:redshift://{HOST}:5433/analytics"
    assert destination["CopyCommand"]["DataTableName"] == "public.orders"
    assert written.type_of(destination["SecretsManagerConfiguration"]["SecretARN"]) == "AWS::SecretsManager::Secret"
    user = written.properties(USER)["Name"]
    assert user.startswith("firehose_stack_ingestion_")
    assert _grants(written) == [("USER", user, "public.orders", ["INSERT"])]
    assert set(written.of_type(GRANT)) <= set(written.only(DELIVERY)["DependsOn"])


@pytest.mark.parametrize("named", [True, False], ids=["by name", "declared"])
def test_the_user_may_look_into_the_schema_of_the_table(stack: cdk.Stack, named: bool) -> None:
    sales = "sales" if named else redshift.Schema(stack, "Sales", warehouse=new_warehouse(stack), name="sales")
    new_copy(stack, into=patterns.Copy(new_table(stack, schema=sales), user="loader"))
    written = template(stack)
    assert _grants(written) == [
        ("USER", "loader", "sales", ["USAGE"]),
        ("USER", "loader", "sales.orders", ["INSERT"]),
    ]
    assert set(written.of_type(GRANT)) <= set(written.only(DELIVERY)["DependsOn"])


def test_two_deliveries_have_two_users(stack: cdk.Stack) -> None:
    """The second one would change the password of the first."""
    table = new_table(stack)
    for name in ("First", "Second"):
        new_copy(stack, name, into=patterns.Copy(table))
    verdict = judge(stack)
    users = {it["Properties"]["Name"] for it in verdict.template().of_type(USER).values()}
    assert verdict.findings == []
    assert len(users) == 2


@pytest.mark.parametrize(("make", "relation"), [(new_view, "clicks"), (new_copy, "orders")], ids=["view", "copy"])
def test_readers_may_select(stack: cdk.Stack, make: Any, relation: str) -> None:
    make(stack, readers=[new_reader(stack), new_reader(stack, "Analyst")])
    roles = [it for it in _grants(template(stack)) if it[0] == "ROLE"]
    assert roles == [("ROLE", name, f"public.{relation}", ["SELECT"]) for name in ("analyst", "reader")]


def test_a_stream_is_given_as_ours_or_as_that_of_cdk() -> None:
    app = new_app()
    ours, theirs = (new_stack(app=app, id=name) for name in ("Ours", "Theirs"))
    for stack in (ours, theirs):
        stream = kinesis.Stream(stack, "Clicks")
        new_copy(stack, stream=stream if stack is ours else stream.stream)
    assert template(ours).properties(DELIVERY) == template(theirs).properties(DELIVERY)


@pytest.mark.parametrize("lifecycle", Lifecycle)
def test_every_part_has_the_lifecycle(stack: cdk.Stack, lifecycle: Lifecycle) -> None:
    new_view(stack, lifecycle=lifecycle)
    new_copy(stack, "Delivery", lifecycle=lifecycle)
    written = template(stack)
    kept = "Retain" if lifecycle.protected else "Delete"
    delivered = [it for name, it in written.of_type("AWS::Logs::LogGroup").items() if name.startswith("Delivery")]
    found = [written.only(INGESTION), *written.of_type(BUCKET).values(), *delivered]
    assert len(found) == 4
    assert {it["DeletionPolicy"] for it in found} == {kept}


def test_a_delivery_and_its_bucket_are_watched(stack: cdk.Stack) -> None:
    new_copy(stack, alarm_topic=sns.Topic.from_topic_arn(stack, "Topic", TOPIC))
    alarms = [it["Properties"] for it in template(stack).of_type(ALARM).values()]
    watched = [it for it in alarms if it["Namespace"] in ("AWS/Firehose", "AWS/S3")]
    assert {it["Namespace"] for it in watched} == {"AWS/Firehose", "AWS/S3"}
    assert all(it["AlarmActions"] == it["OKActions"] == [TOPIC] for it in watched)


@pytest.mark.parametrize("ours", [True, False], ids=["ours", "imported"])
def test_objects_wait_in_a_bucket_that_is_given(stack: cdk.Stack, ours: bool) -> None:
    bucket = LandingBucket(stack, "Staging") if ours else given_bucket(stack)
    made = new_copy(stack, into=patterns.Copy(new_table(stack), bucket=bucket))
    verdict = judge(stack)
    assert verdict.findings == []
    assert made.bucket
    assert made.bucket.node.path == ("Stack/Staging/Bucket" if ours else "Stack/Given")
    objects = verdict.template().properties(DELIVERY)["RedshiftDestinationConfiguration"]["S3Configuration"]
    assert ("staging" in deployed(objects["BucketARN"])) is not ours


def test_a_view_may_read_a_stream_of_another_stack() -> None:
    app = new_app()
    streams, data = (new_stack(app=app, id=name) for name in ("Streams", "Data"))
    new_view(data, stream=kinesis.Stream(streams, "Clicks"))
    assert judge(app).findings == []


def test_a_delivery_may_stand_apart_from_stream_and_warehouse() -> None:
    app = new_app()
    streams, data, apart = (new_stack(app=app, id=name) for name in ("Streams", "Data", "Apart"))
    table = new_table(data)
    new_copy(
        apart,
        stream=kinesis.Stream(streams, "Clicks"),
        warehouse=table.warehouse,
        into=patterns.Copy(table),
        readers=[new_reader(data)],
    )
    verdict = judge(app)
    assert verdict.findings == []
    assert verdict.template("Apart").of_type(DELIVERY)


@pytest.mark.parametrize("kind", WAREHOUSES)
def test_a_real_warehouse_is_copied_into(stack: cdk.Stack, kind: str) -> None:
    warehouse = WAREHOUSES[kind](stack)
    made = new_copy(stack, warehouse=warehouse, into=patterns.Copy(new_table(stack, warehouse=warehouse)))
    verdict = judge(stack)
    written = verdict.template()
    assert verdict.findings == []
    assert made.delivery
    [name] = written.of_type("AWS::Redshift::Cluster" if kind == "cluster" else "AWS::RedshiftServerless::Workgroup")
    address = deployed(written.properties(DELIVERY)["RedshiftDestinationConfiguration"]["ClusterJDBCURL"])
    endpoint = "Endpoint.Address" if kind == "cluster" else "Workgroup.Endpoint.Address"
    assert address == f"jdbc:redshift://<{name}.{endpoint}>:{warehouse.port}/warehouse"


@pytest.mark.parametrize("kind", WAREHOUSES)
def test_a_real_warehouse_reads_the_stream(stack: cdk.Stack, kind: str) -> None:
    warehouse = WAREHOUSES[kind](stack)
    view = new_view(stack, warehouse=warehouse, readers=[new_reader(stack, warehouse=warehouse)])
    verdict = judge(stack)
    written = verdict.template()
    store = "AWS::Redshift::Cluster" if kind == "cluster" else "AWS::RedshiftServerless::Namespace"
    assert verdict.findings == []
    assert view.ingestion
    assert written.type_of(written.properties(store)["IamRoles"][0]) == "AWS::IAM::Role"


def test_views_of_one_name_are_in_two_schemas(stack: cdk.Stack) -> None:
    stream, warehouse = kinesis.Stream(stack, "Stream"), new_warehouse(stack)
    for name, schema in (("One", "public"), ("Two", "shop")):
        into = patterns.View("clicks", schema=schema, external_schema=f"{schema}_clicks")
        made = new_view(stack, name, stream=stream, warehouse=warehouse, into=into)
        assert made.ingestion
        assert made.ingestion.external_schema == f"{schema}_clicks"
