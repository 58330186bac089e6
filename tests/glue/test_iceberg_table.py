"""Tables of Iceberg: as a whole, what each option writes into the template, and what they refuse."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_glue
from syrupy.assertion import SnapshotAssertion

from constructs_lib import glue
from constructs_lib.errors import Problem
from constructs_lib.lifecycle import DISPOSABLE_REASON, Lifecycle
from constructs_lib.practices import glue as practices
from tests.glue.tables import Click, Order, full_iceberg_table, new_database, new_iceberg_table, new_table
from tests.refusing import problems
from tests.synthesis import ENVIRONMENTS, IRELAND, deployed, judge, new_stack, template
from tests.waiving import acknowledged_for, answered

TABLE = "AWS::Glue::Table"
ID = glue.Column("id", "bigint", id=1)


@pytest.mark.parametrize("make", [new_iceberg_table, full_iceberg_table], ids=["minimal", "everything"])
def test_as_a_whole(stack: cdk.Stack, snapshot: SnapshotAssertion, make: Any) -> None:
    make(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_is_clean_wherever_it_is_deployed(env: cdk.Environment | None) -> None:
    stack = new_stack(env)
    full_iceberg_table(stack)
    assert judge(stack).findings == []


def _input(stack: cdk.Stack) -> Any:
    return deployed(template(stack).properties(TABLE))["OpenTableFormatInput"]["IcebergInput"]["IcebergTableInput"]


def test_iceberg_alone_describes_the_table(stack: cdk.Stack) -> None:
    new_iceberg_table(stack)
    properties = template(stack).properties(TABLE)
    assert set(properties) == {"CatalogId", "DatabaseName", "Name", "OpenTableFormatInput"}
    created = properties["OpenTableFormatInput"]["IcebergInput"]
    assert (created["MetadataOperation"], created["Version"]) == ("CREATE", "2")
    assert _input(stack)["Location"] == "s3://lake/orders/"
    assert _input(stack)["Properties"] == {
        "comment": "What somebody ordered.",
        "format-version": "2",
        "write.format.default": "parquet",
    }


def test_columns_are_known_by_their_numbers(stack: cdk.Stack) -> None:
    new_iceberg_table(stack)
    schema = _input(stack)["Schema"]
    assert [(it["Id"], it["Name"], it["Type"], it["Required"]) for it in schema["Fields"]] == [
        (1, "id", "long", False),
        (3, "at", "timestamp", False),
        (2, "price", "decimal(18,2)", False),
        (4, "note", "string", False),
    ]
    assert schema["Fields"][1]["Doc"] == "When."
    assert "IdentifierFieldIds" not in schema
    assert "PartitionSpec" not in _input(stack)


def test_keys_are_in_every_row(stack: cdk.Stack) -> None:
    new_iceberg_table(stack, keys=["at", "id"])
    schema = _input(stack)["Schema"]
    assert schema["IdentifierFieldIds"] == [3, 1]
    assert [it["Name"] for it in schema["Fields"] if it["Required"]] == ["id", "at"]


def test_partitions_are_computed_from_columns(stack: cdk.Stack) -> None:
    new_iceberg_table(stack, partitions={"at": "hour", "note": "truncate[4]", "id": "identity"})
    fields = _input(stack)["PartitionSpec"]["Fields"]
    assert [(it["FieldId"], it["SourceId"], it["Name"], it["Transform"]) for it in fields] == [
        (1000, 3, "at_hour", "hour"),
        (1001, 4, "note_truncate", "truncate[4]"),
        (1002, 1, "id", "identity"),
    ]


def test_a_class_may_describe_both_kinds_of_tables(stack: cdk.Stack) -> None:
    new_table(stack, schema=Order)
    columns = template(stack).properties(TABLE)["TableInput"]["StorageDescriptor"]["Columns"]
    assert columns[:2] == [{"Name": "id", "Type": "bigint"}, {"Name": "at", "Type": "timestamp", "Comment": "When."}]


def test_the_table_outlives_its_stack_unless_told_otherwise(stack: cdk.Stack) -> None:
    new_iceberg_table(stack)
    table = template(stack).only(TABLE)
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_disposable_says_why(stack: cdk.Stack) -> None:
    new_iceberg_table(stack, lifecycle=Lifecycle.DISPOSABLE)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().only(TABLE)["DeletionPolicy"] == "Delete"
    assert acknowledged_for(verdict, DISPOSABLE_REASON) == answered(practices.ICEBERG_RETAINED)


def test_a_database_of_aws_cdk_is_taken(stack: cdk.Stack) -> None:
    table = new_iceberg_table(stack, database=aws_glue.Database(stack, "Theirs", database_name="theirs"))
    written = template(stack)
    assert written.type_of(written.properties(TABLE)["DatabaseName"]) == "AWS::Glue::Database"
    assert (table.name, table.arn.endswith("/orders")) == ("orders", True)


NUMBER = (
    "Number them from 1, and for ever: Annotated[str, glue.FieldId(1)], or glue.Column(..., id=1). A new column gets "
    "the next number."
)
TYPES = "bigint, binary, boolean, date, decimal(p,s), double, float, int, long, string, timestamp, timestamptz"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"name": "Orders"},
            Problem(
                "name",
                "'Orders'",
                "1 to 255 small letters, digits and underscores",
                "Rename it: Athena knows no capital letters.",
            ),
        ),
        (
            {"prefix": ""},
            Problem(
                "prefix",
                "''",
                "a folder of the table's own",
                "Write orders/: what is among its objects, and is none of its rows, may be deleted.",
            ),
        ),
        (
            {"prefix": "s3://"},
            Problem(
                "prefix",
                "'s3://'",
                "a prefix that ends in a slash, and does not begin with one",
                "Write orders/: the bucket is an option of its own.",
            ),
        ),
        ({"schema": []}, Problem("schema", "no columns", "one or more", "Name the columns.")),
        ({"description": "x" * 2049}, Problem("description", "2049 characters", "at most 2048", "Say it shorter.")),
        (
            {"schema": [ID, glue.Column("at", "date")]},
            Problem("schema", "no number for at", "a number for each column", NUMBER),
        ),
        (
            {"schema": [ID, glue.Column("at", "date", id=1)]},
            Problem("schema", "the number 1 twice", "numbers that differ", "Change one of them."),
        ),
        (
            {"schema": [ID, glue.Column("id", "date", id=2)]},
            Problem("schema", "the name id twice", "names that differ", "Change one of them."),
        ),
        (
            {"schema": [ID, glue.Column("tags", "array<string>", id=2)]},
            Problem(
                "schema",
                "tags of array<string>",
                TYPES,
                "Its parts would need numbers of their own: make them columns, or store them as JSON in a string.",
            ),
        ),
        (
            {"schema": [ID, glue.Column("tag", "smallint", id=2)]},
            Problem("schema", "tag of smallint", TYPES, "Choose one of these."),
        ),
        (
            {"schema": [ID, glue.Column("at", "double", id=2)], "keys": ["at"]},
            Problem(
                "keys",
                "['at']",
                "some of id, once",
                "Name the columns that tell rows apart; none of a floating point does.",
            ),
        ),
        (
            {"schema": [glue.Column("at", "double", id=2)], "keys": ["at"]},
            Problem(
                "keys",
                "['at']",
                "none of these columns",
                "Name the columns that tell rows apart; none of a floating point does.",
            ),
        ),
        (
            {"schema": [ID], "keys": ["id", "id"]},
            Problem(
                "keys",
                "['id', 'id']",
                "some of id, once",
                "Name the columns that tell rows apart; none of a floating point does.",
            ),
        ),
        (
            {"partitions": {"at": "daily"}},
            Problem(
                "partitions",
                "'daily'",
                "identity, year, month, day, hour, bucket[16] or truncate[4]",
                'Write {"at": "day"}.',
            ),
        ),
        (
            {"partitions": {"when": "day"}},
            Problem(
                "partitions",
                "'when'",
                "id, at, price, note",
                "Name a column; Iceberg computes the folder from it.",
            ),
        ),
        (
            {"partitions": {"note": "day"}},
            Problem(
                "partitions",
                "day of string",
                "date, timestamp, timestamptz",
                "Choose another transform, or another column than note.",
            ),
        ),
        (
            {
                "schema": [glue.Column("at", "date", id=1), glue.Column("at_day", "date", id=2)],
                "partitions": {"at": "day"},
            },
            Problem(
                "partitions",
                "at_day, which is a column too",
                "names that differ from those of columns",
                "Rename the column: Iceberg keeps the partition under that name.",
            ),
        ),
    ],
    ids=lambda it: "-".join(it) if isinstance(it, dict) else it.given[:24],
)
def test_an_option_is_refused_with_what_to_do(stack: cdk.Stack, options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: new_iceberg_table(stack, **options)) == [expected]


def test_a_class_without_numbers_is_refused(stack: cdk.Stack) -> None:
    found = problems(lambda: new_iceberg_table(stack, schema=Click))
    assert [(it.option, it.given) for it in found] == [
        ("schema", "no number for page, at, price, place, tags, device"),
        ("schema", "place of struct<city:string,longitude:double>"),
        ("schema", "tags of array<string>"),
    ]


@pytest.mark.parametrize("make", [glue.FieldId, lambda number: glue.Column("id", "bigint", id=number)])
def test_columns_are_numbered_from_one(make: Any) -> None:
    [problem] = problems(lambda: make(0))
    assert (problem.given, problem.allowed, problem.advice) == ("0", "1 or more", "Count from 1.")


def test_columns_are_named_literally(stack: cdk.Stack) -> None:
    name = cdk.Fn.import_value("column")
    found = problems(lambda: new_iceberg_table(stack, keys=[name], partitions={name: "day", "at": name}))
    assert [it.option for it in found] == ["keys", "partitions", "partitions"]


def test_its_name_is_that_of_no_other_table_of_the_database(stack: cdk.Stack) -> None:
    database = new_database(stack)
    new_iceberg_table(stack, database=database)
    [problem] = problems(lambda: new_table(stack, database=database, name="orders"))
    assert (problem.option, problem.given) == ("name", "'orders', which Stack/Orders has")
    nested = cdk.Stack(stack, "Nested", env=IRELAND)
    [problem] = problems(lambda: new_iceberg_table(nested, database=database, prefix="again/"))
    assert (problem.option, problem.given) == ("name", "'orders', which Stack/Orders has")


@pytest.mark.parametrize(("first", "second"), [("a/", "a/"), ("a/", "a/b/"), ("a/b/", "a/")])
def test_its_folder_is_its_own(stack: cdk.Stack, first: str, second: str) -> None:
    """Who cleans one table would delete the other."""
    new_iceberg_table(stack, prefix=first)
    nested = cdk.Stack(stack, "Nested", env=IRELAND)
    again = {"database": new_database(nested, name="store"), "name": "again"}
    [problem] = problems(lambda: new_iceberg_table(nested, prefix=second, **again))
    assert (problem.option, problem.given) == ("prefix", "'a/', which Stack/Orders has")
    assert new_iceberg_table(nested, prefix="ab/", **again)


def test_its_folder_is_beside_those_of_others(stack: cdk.Stack) -> None:
    new_iceberg_table(stack, prefix="lake/orders/")
    nested = cdk.Stack(stack, "Nested", env=IRELAND)
    assert new_iceberg_table(nested, prefix="lake/views/", database=new_database(nested, name="store"))


def test_tokens_are_not_judged(stack: cdk.Stack) -> None:
    names = {option: cdk.Fn.import_value(option) for option in ("name", "prefix", "description")}
    assert new_iceberg_table(stack, **names).table
