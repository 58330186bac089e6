"""The way from a stream into a lake: as a whole, that its parts fit, who may query, and what is shared."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_glue, aws_s3
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from syrupy.assertion import SnapshotAssertion

from constructs_lib import athena, firehose, glue, kinesis
from constructs_lib.landing_bucket import LandingBucket
from constructs_lib.lifecycle import Lifecycle
from tests.firehose.streams import KEY_ARN, new_key, new_stream
from tests.patterns.lakes import full_lake, new_lake, new_role
from tests.synthesis import ENVIRONMENTS, Template, deployed, judge, new_app, new_stack, template

ALARM = "AWS::CloudWatch::Alarm"
BUCKET = "AWS::S3::Bucket"
DATABASE = "AWS::Glue::Database"
DELIVERY = "AWS::KinesisFirehose::DeliveryStream"
KEY = "AWS::KMS::Key"
POLICY = "AWS::IAM::ManagedPolicy"
TABLE = "AWS::Glue::Table"
WORKGROUP = "AWS::Athena::WorkGroup"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"


def test_minimal(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    new_lake(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


def test_everything(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    full_lake(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@pytest.mark.parametrize("make", [new_lake, full_lake])
@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_is_clean_wherever_it_is(env: cdk.Environment | None, make: Any) -> None:
    stack = new_stack(env)
    make(stack)
    assert judge(stack).findings == []


def _to_s3(written: Template) -> Any:
    return written.properties(DELIVERY)["ExtendedS3DestinationConfiguration"]


def _table(written: Template) -> Any:
    return deployed(written.properties(TABLE)["TableInput"])


def _folder(location: str) -> str:
    """Return the folder of a location in whatever bucket."""
    return location.removeprefix("s3://").partition("/")[2]


@pytest.mark.parametrize(
    ("partitions", "written", "read"),
    [
        (
            "hourly",
            "clicks/day=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/",
            "clicks/day=${day}/hour=${hour}/",
        ),
        ("daily", "clicks/day=!{timestamp:yyyy-MM-dd}/", "clicks/day=${day}/"),
    ],
)
def test_athena_reads_the_folders_that_firehose_writes(
    stack: cdk.Stack, partitions: Any, written: str, read: str
) -> None:
    new_lake(stack, partitions=partitions)
    made = template(stack)
    table = _table(made)
    parameters = table["Parameters"]
    assert _to_s3(made)["Prefix"] == written
    assert _folder(parameters["storage.location.template"]) == read
    assert _folder(table["StorageDescriptor"]["Location"]) == "clicks/"
    assert (parameters["projection.day.range"], parameters["projection.day.format"]) == ("2026-01-01,NOW", "yyyy-MM-dd")
    hours = {name: value for name, value in parameters.items() if name.startswith("projection.hour.")}
    assert hours == (
        {
            "projection.hour.type": "integer",
            "projection.hour.range": "0,23",
            "projection.hour.interval": "1",
            "projection.hour.digits": "2",
        }
        if partitions == "hourly"
        else {}
    )


def test_firehose_converts_by_the_table_that_athena_reads(stack: cdk.Stack) -> None:
    new_lake(stack)
    made = template(stack)
    conversion = _to_s3(made)["DataFormatConversionConfiguration"]
    schema = conversion["SchemaConfiguration"]
    assert made.type_of(schema["TableName"]) == TABLE
    assert made.type_of(schema["DatabaseName"]) == DATABASE
    assert "ParquetSerDe" in conversion["OutputFormatConfiguration"]["Serializer"]
    assert "parquet" in _table(made)["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"]


def test_what_cannot_be_converted_is_kept_outside_of_the_table(stack: cdk.Stack) -> None:
    new_lake(stack)
    errors = _to_s3(template(stack))["ErrorOutputPrefix"]
    assert errors == "errors/clicks/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/"


def test_a_stream_is_given_as_ours_or_as_that_of_cdk() -> None:
    ours, theirs = new_stack(), new_stack()
    for stack in (ours, theirs):
        stream = kinesis.Stream(stack, "Clicks")
        new_lake(stack, stream=stream if stack is ours else stream.stream)
    assert template(ours).properties(DELIVERY) == template(theirs).properties(DELIVERY)


def test_records_are_put_without_a_stream(stack: cdk.Stack) -> None:
    lake = new_lake(stack, stream=None)
    lake.delivery.grant_put(new_role(stack))
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().properties(DELIVERY)["DeliveryStreamType"] == "DirectPut"


def test_one_key_encrypts_what_is_made(stack: cdk.Stack) -> None:
    lake = new_lake(stack)
    made = template(stack)
    assert len(made.of_type(KEY)) == 1
    assert lake.key.node.path == "Stack/Lake/Bucket/Key"


@pytest.mark.parametrize("lifecycle", Lifecycle)
def test_every_part_has_the_lifecycle(stack: cdk.Stack, lifecycle: Lifecycle) -> None:
    new_lake(stack, lifecycle=lifecycle)
    made = template(stack)
    kept = {
        type_: {it["DeletionPolicy"] for it in made.of_type(type_).values()}
        for type_ in (BUCKET, KEY, "AWS::Logs::LogGroup")
    }
    assert set(map(frozenset, kept.values())) == {frozenset({"Retain" if lifecycle.protected else "Delete"})}
    assert made.properties(WORKGROUP)["RecursiveDeleteOption"] is not lifecycle.protected


def test_every_part_is_watched(stack: cdk.Stack) -> None:
    new_lake(stack, alarm_topic=sns.Topic.from_topic_arn(stack, "Topic", TOPIC))
    alarms = [it["Properties"] for it in template(stack).of_type(ALARM).values()]
    assert {it["Namespace"] for it in alarms} == {"AWS/Athena", "AWS/Firehose", "AWS/S3"}
    assert all(it["AlarmActions"] == it["OKActions"] == [TOPIC] for it in alarms)


def _policies(written: Template) -> list[Any]:
    """The statements of the policies for roles that query."""
    found = [it["Properties"] for name, it in written.of_type(POLICY).items() if "Access" in name]
    return [statement for policy in found for statement in deployed(policy["PolicyDocument"]["Statement"])]


def _on(statements: list[Any], action: str) -> set[str]:
    """What an action is allowed on, without what is before the last colon or resource."""
    listed = [it["Resource"] for it in statements if action in it["Action"]]
    return {one.rpartition(">")[2] for it in listed for one in (it if isinstance(it, list) else [it])}


def test_a_role_may_query_the_table_and_read_its_folder_alone(stack: cdk.Stack) -> None:
    lake = new_lake(stack)
    lake.grant_query(new_role(stack))
    statements = _policies(template(stack))
    assert _on(statements, "s3:PutObject") == {"/*"}
    assert _on(statements, "s3:GetObject") == {"/*", "/clicks/*"}
    assert _on(statements, "glue:GetTable") == {
        "arn:aws:glue:eu-west-1:123456789012:catalog",
        "",
    }


def test_the_policy_is_made_beside_the_role() -> None:
    app = new_app()
    streams, lakes, people = (new_stack(app=app, id=name) for name in ("Streams", "Lakes", "People"))
    lake = new_lake(lakes, stream=kinesis.Stream(streams, "Clicks"))
    policy = lake.grant_query(new_role(people))
    verdict = judge(app)
    assert verdict.findings == []
    assert cdk.Stack.of(policy) is people
    assert not _policies(verdict.template("Lakes"))


@pytest.mark.parametrize("encrypted", [True, False], ids=["key", "no key"])
def test_the_bucket_may_be_in_another_stack(encrypted: bool) -> None:
    app = new_app()
    data, lakes = (new_stack(app=app, id=name) for name in ("Data", "Lakes"))
    encryption = aws_s3.BucketEncryption.KMS if encrypted else aws_s3.BucketEncryption.S3_MANAGED
    lake = new_lake(lakes, bucket=aws_s3.Bucket(data, "Bucket", encryption=encryption))
    lake.grant_query(new_role(lakes))
    assert [path for _, path in judge(app).findings if not path.startswith("Data/")] == []


def test_a_role_is_let_in_once(stack: cdk.Stack) -> None:
    lake, role = new_lake(stack), new_role(stack)
    assert lake.grant_query(role).node.path == lake.grant_query(role).node.path


@pytest.mark.parametrize("given", [True, False], ids=["key", "no key"])
def test_a_role_may_decrypt_objects_in_a_bucket_whose_key_is_not_known(stack: cdk.Stack, given: bool) -> None:
    """They are encrypted with the key of the lake, which a workgroup of its own need not have."""
    lake = new_lake(
        stack,
        bucket=aws_s3.Bucket.from_bucket_name(stack, "Bucket", "lake"),
        workgroup=athena.WorkGroup(stack, "Queries"),
        key=new_key(stack) if given else None,
    )
    lake.grant_query(new_role(stack))
    verdict = judge(stack)
    made = verdict.template()
    destination = deployed(_to_s3(made)["EncryptionConfiguration"]["KMSEncryptionConfig"]["AWSKMSKeyARN"])
    decrypts = [it["Resource"] for it in _policies(made) if it["Action"] == "kms:Decrypt"]
    assert verdict.findings == []
    assert decrypts == [destination]
    assert (destination == KEY_ARN) is given


def test_an_imported_bucket_is_taken_with_its_key(stack: cdk.Stack) -> None:
    bucket = aws_s3.Bucket.from_bucket_attributes(
        stack, "Given", bucket_name="lake", encryption_key=kms.Key.from_key_arn(stack, "GivenKey", KEY_ARN)
    )
    lake = new_lake(stack, bucket=bucket)
    lake.grant_query(new_role(stack))
    verdict = judge(stack)
    made = verdict.template()
    assert verdict.findings == []
    assert len(made.of_type(KEY)) == 1, "for the log, which the bucket's key may not let in"
    assert deployed(_to_s3(made)["BucketARN"]) == "arn:aws:s3:::lake"
    assert KEY_ARN in str(made.allowed(service="kms:"))
    assert {"arn:aws:s3:::lake/clicks/*"} < {
        it["Resource"] for it in _policies(made) if isinstance(it["Resource"], str)
    }


@pytest.mark.parametrize("apart", [False, True], ids=["in one stack", "in two stacks"])
def test_two_lakes_share_bucket_database_workgroup_and_key(apart: bool) -> None:
    app = new_app()
    first = new_stack(app=app)
    second = new_stack(app=app, id="Second") if apart else first
    stream = kinesis.Stream(first, "Clicks")
    clicks = new_lake(first, stream=stream)
    views = new_lake(
        second,
        "Views",
        stream=stream,
        name="views",
        bucket=clicks.bucket,
        database=clicks.database,
        workgroup=clicks.workgroup,
        key=clicks.key,
    )
    role = new_role(second)
    for lake in (clicks, views):
        lake.grant_query(role)
    verdict = judge(app)
    assert verdict.findings == []
    written = [verdict.template(name) for name in ("Stack", "Second")[: 1 + apart]]
    made = {type_: sum(len(it.of_type(type_)) for it in written) for type_ in (TABLE, DELIVERY, DATABASE, WORKGROUP)}
    assert made == {TABLE: 2, DELIVERY: 2, DATABASE: 1, WORKGROUP: 1}
    policies = [it for name, it in written[-1].of_type(POLICY).items() if "Access" in name]
    assert all(any(folder in str(policy) for policy in policies) for folder in ("'/clicks/*'", "'/views/*'"))


def test_copies_of_two_lakes_of_a_bucket_have_two_folders(stack: cdk.Stack) -> None:
    stream, bucket = new_stream(stack), LandingBucket(stack, "Bucket")
    for name, prefix in (("clicks", "source/"), ("views", "raw/!{timestamp:yyyy}/")):
        backup = firehose.SourceBackup(prefix=prefix)
        new_lake(stack, name.title(), stream=stream, name=name, bucket=bucket, source_backup=backup)
    copies = [
        it["Properties"]["ExtendedS3DestinationConfiguration"]["S3BackupConfiguration"]
        for it in template(stack).of_type(DELIVERY).values()
    ]
    assert [it["Prefix"] for it in copies] == ["source/clicks/", "raw/views/!{timestamp:yyyy}/"]
    assert [it["ErrorOutputPrefix"].partition("!")[0] for it in copies] == [
        "source-errors/clicks/",
        "source-errors/views/",
    ]


def test_delivery_and_roles_may_decrypt_the_catalog(stack: cdk.Stack) -> None:
    lake = new_lake(stack, catalog_key=glue.CatalogEncryption(stack, "Encryption").key)
    lake.grant_query(new_role(stack))
    verdict = judge(stack)
    made = verdict.template()
    policies = {
        name.partition("RolePolicy")[0]
        for name, it in made.of_type(POLICY).items()
        for statement in deployed(it["Properties"]["PolicyDocument"]["Statement"])
        if statement.get("Condition") == {"StringEquals": {"kms:ViaService": "glue.eu-west-1.amazonaws.com"}}
        and statement["Resource"].startswith("<EncryptionKey")
    }
    assert verdict.findings == []
    assert len(policies) == 2


def test_a_bucket_and_a_database_of_others_are_taken(stack: cdk.Stack) -> None:
    lake = new_lake(
        stack,
        bucket=LandingBucket(stack, "Bucket"),
        database=aws_glue.Database.from_database_arn(
            stack, "Shop", "arn:aws:glue:eu-west-1:123456789012:database/shop"
        ),
    )
    made = template(stack)
    assert lake.bucket.node.path == "Stack/Bucket/Bucket"
    assert made.properties(TABLE)["DatabaseName"] == "shop"
    assert not made.of_type(DATABASE)


def test_a_role_may_query_more_lakes_than_it_has_policies(stack: cdk.Stack) -> None:
    role, stream = new_role(stack), new_stream(stack)
    first = new_lake(stack, stream=stream)
    shared = {"bucket": first.bucket, "database": first.database, "workgroup": first.workgroup}
    lakes = [new_lake(stack, f"Lake{number}", name=f"clicks{number}", stream=stream, **shared) for number in range(12)]
    for lake in (first, *lakes):
        lake.grant_query(role)
    policies = [name for name in template(stack).of_type(POLICY) if "Access" in name]
    assert 1 <= len(policies) <= 4
