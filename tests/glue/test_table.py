"""Databases, tables and the encryption of the catalog: as a whole, and what each option writes into the template."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_glue
from aws_cdk import aws_iam as iam
from syrupy.assertion import SnapshotAssertion

from constructs_lib import glue
from constructs_lib.errors import Problem
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.practices import CATALOGUE
from constructs_lib.practices import glue as practices
from tests.glue.tables import full_table, lake, new_database, new_table
from tests.refusing import problems
from tests.synthesis import ENVIRONMENTS, deployed, judge, new_app, new_stack, template

TABLE = "AWS::Glue::Table"
SETTINGS = "AWS::Glue::DataCatalogEncryptionSettings"


def test_minimal(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    new_table(stack)
    glue.CatalogEncryption(stack, "Encryption")
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


def test_everything(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    full_table(stack)
    glue.CatalogEncryption(stack, "Encryption", lifecycle=Lifecycle.DISPOSABLE)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_is_clean_wherever_it_is_deployed(env: cdk.Environment | None) -> None:
    stack = new_stack(env)
    full_table(stack)
    glue.CatalogEncryption(stack, "Encryption")
    assert judge(stack).findings == []


def test_every_practice_is_tested_here() -> None:
    known = {practice for name, practice in CATALOGUE.items() if name.startswith("GLUE_")}
    assert known == {
        practices.PARTITION_PROJECTION,
        practices.CATALOG_ENCRYPTION,
        practices.ICEBERG_SCHEMA,
        practices.ICEBERG_RETAINED,
    }


def _table(stack: cdk.Stack) -> Any:
    return deployed(template(stack).properties(TABLE))


def test_partitions_are_computed_from_the_layout(stack: cdk.Stack) -> None:
    full_table(stack)
    properties = _table(stack)["TableInput"]
    parameters = properties["Parameters"]
    assert parameters["projection.enabled"] == "true"
    assert parameters["storage.location.template"] == "s3://lake/clicks/${tenant}/${country}/${day}/${hour}/"
    assert parameters["projection.hour.digits"] == "2"
    assert [(it["Name"], it["Type"]) for it in properties["PartitionKeys"]] == [
        ("day", "string"),
        ("hour", "bigint"),
        ("country", "string"),
        ("tenant", "string"),
    ]


def test_folders_are_named_after_their_keys_by_default(stack: cdk.Stack) -> None:
    new_table(stack, partitions={"year": glue.Integers(2020, 2030), "country": glue.Choices(["ie"])})
    parameters = _table(stack)["TableInput"]["Parameters"]
    assert parameters["storage.location.template"] == "s3://lake/clicks/year=${year}/country=${country}/"


def test_a_table_without_partitions_projects_none(stack: cdk.Stack) -> None:
    new_table(stack)
    properties = _table(stack)["TableInput"]
    assert properties["Parameters"] == {"EXTERNAL": "TRUE", "classification": "parquet"}
    assert "PartitionKeys" not in properties
    assert properties["StorageDescriptor"]["Location"] == "s3://lake/clicks/"


@pytest.mark.parametrize("format", glue.Format)
def test_a_format_has_its_serde(stack: cdk.Stack, format: glue.Format) -> None:
    new_table(stack, format=format)
    properties = _table(stack)["TableInput"]
    serde = properties["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"]
    assert format.classification in serde.lower()
    assert properties["Parameters"]["classification"] == format.classification


def test_columns_have_the_types_of_the_schema(stack: cdk.Stack) -> None:
    new_table(stack)
    properties = _table(stack)["TableInput"]
    columns = properties["StorageDescriptor"]["Columns"]
    assert columns[0] == {"Name": "page", "Type": "string", "Comment": "The address of the page."}
    assert [it["Type"] for it in columns[1:4]] == [
        "timestamp",
        "decimal(18,2)",
        "struct<city:string,longitude:double>",
    ]
    assert properties["Description"] == "What somebody clicked on."


def test_a_database_of_aws_cdk_is_taken(stack: cdk.Stack) -> None:
    table = new_table(stack, database=aws_glue.Database(stack, "Theirs", database_name="theirs"))
    written = template(stack)
    assert written.type_of(written.properties(TABLE)["DatabaseName"]) == "AWS::Glue::Database"
    assert "table/" in table.arn


def test_what_other_stacks_need_is_at_hand(stack: cdk.Stack) -> None:
    table, database = new_table(stack), stack.node.find_child("Shop")
    assert isinstance(database, glue.Database)
    values = {"Table": table.arn, "Database": database.arn, "Location": table.location, "Name": table.name}
    for name, value in values.items():
        cdk.CfnOutput(stack, name, value=value)
    outputs = {name: deployed(it["Value"]) for name, it in template(stack).content["Outputs"].items()}
    prefix = "arn:aws:glue:eu-west-1:123456789012"
    assert outputs["Database"].startswith(f"{prefix}:database/<Shop")
    assert outputs["Table"].startswith(f"{prefix}:table/<Shop")
    assert outputs["Location"] == "s3://lake/clicks/"


def test_the_catalog_is_encrypted_with_a_key_that_stays(stack: cdk.Stack) -> None:
    glue.CatalogEncryption(stack, "Encryption")
    written = template(stack)
    settings = written.only(SETTINGS)
    encryption = settings["Properties"]["DataCatalogEncryptionSettings"]
    assert encryption["EncryptionAtRest"]["CatalogEncryptionMode"] == "SSE-KMS"
    assert written.type_of(encryption["EncryptionAtRest"]["SseAwsKmsKeyId"]) == "AWS::KMS::Key"
    assert encryption["ConnectionPasswordEncryption"]["ReturnConnectionPasswordEncrypted"] is True
    assert settings["DeletionPolicy"] == written.only("AWS::KMS::Key")["DeletionPolicy"] == "Retain"


def test_the_key_of_a_disposable_setting_stays(stack: cdk.Stack) -> None:
    """What was written meanwhile stays encrypted with it."""
    glue.CatalogEncryption(stack, "Encryption", lifecycle=Lifecycle.DISPOSABLE)
    written = template(stack)
    assert written.only(SETTINGS)["DeletionPolicy"] == "Delete"
    assert written.only("AWS::KMS::Key")["DeletionPolicy"] == "Retain"


def test_a_catalog_is_encrypted_once() -> None:
    app = new_app()
    glue.CatalogEncryption(new_stack(app=app), "Encryption")
    assert problems(lambda: glue.CatalogEncryption(new_stack(app=app, id="Other"), "Encryption")) == [
        Problem(
            "scope",
            "one beside Stack/Encryption",
            "one encryption of the catalog in an account and Region",
            "It holds for all databases: make one, in a stack that the others depend on.",
        )
    ]
    elsewhere = cdk.Environment(account="123456789012", region="us-east-1")
    assert glue.CatalogEncryption(new_stack(elsewhere, app=app, id="Far"), "Encryption").key


def test_a_role_may_decrypt_the_catalog_through_glue_alone(stack: cdk.Stack) -> None:
    encryption = glue.CatalogEncryption(stack, "Encryption")
    role = iam.Role(stack, "Reader", assumed_by=iam.AccountRootPrincipal())
    policy = encryption.grant_read(role)
    assert encryption.grant_read(role) is policy
    verdict = judge(stack)
    [key] = verdict.template().of_type("AWS::KMS::Key")
    [statement] = deployed(verdict.template().properties("AWS::IAM::ManagedPolicy")["PolicyDocument"]["Statement"])
    assert verdict.findings == []
    assert statement == {
        "Action": "kms:Decrypt",
        "Condition": {"StringEquals": {"kms:ViaService": "glue.eu-west-1.amazonaws.com"}},
        "Effect": "Allow",
        "Resource": f"<{key}.Arn>",
    }


def test_only_a_role_is_let_in(stack: cdk.Stack) -> None:
    encryption: Any = glue.CatalogEncryption(stack, "Encryption")
    assert [it.option for it in problems(lambda: encryption.grant_read("reader"))] == ["role"]


def test_two_tables_share_a_database(stack: cdk.Stack) -> None:
    database = new_database(stack)
    for name in ("clicks", "views"):
        glue.Table(
            stack,
            name,
            name=name,
            database=database,
            bucket=lake(stack),
            prefix=f"{name}/",
            schema=[glue.Column("id", "bigint")],
        )
    written = template(stack)
    assert len(written.of_type("AWS::Glue::Database")) == 1
    assert len({str(it["Properties"]["DatabaseName"]) for it in written.of_type(TABLE).values()}) == 1
