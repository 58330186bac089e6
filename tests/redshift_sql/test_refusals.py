"""What is refused before anything is deployed, and what it says."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kinesis as kinesis

from constructs_lib import rds, redshift
from constructs_lib.errors import Problem
from constructs_lib.redshift import Column, DistributionKey
from constructs_lib.redshift.column import canonical_type
from tests.redshift_sql.warehouses import (
    COLUMNS,
    new_grant,
    new_role,
    new_schema,
    new_streaming_ingestion,
    new_table,
    new_user,
    new_warehouse,
)
from tests.refusing import problems
from tests.synthesis import new_stack

LOWER = "1 to 127 lower-case letters, digits, underscores and dollar signs, no digit first"
FOLDED = "Redshift folds names to lower case: write them so."
LITERAL = "Write the name: statements and other names follow from it."
TYPES = (
    "smallint, integer, bigint, decimal(p, s), real, double precision, boolean, char(n), varchar(n), date, time, "
    "timetz, timestamp, timestamptz, super, varbyte(n), geometry, geography, hllsketch"
)
LENGTHS = "char has at most 4096 bytes, varchar 65535, varbyte 16777216, and decimal 38 digits."
TOKEN = cdk.Fn.ref("Name")
LATER = "a value known only at deployment"


@pytest.mark.parametrize(
    ("make", "option"),
    [
        (new_table, "name"),
        (new_table, "schema"),
        (new_schema, "name"),
        (new_role, "name"),
        (new_user, "name"),
        (new_streaming_ingestion, "view"),
        (new_streaming_ingestion, "schema"),
        (new_streaming_ingestion, "external_schema"),
    ],
)
@pytest.mark.parametrize("name", ["", "Orders", "1st", "a-b", 'a"b', "a.b", "x" * 128, "é", "a b", "a\n"])
def test_a_name_that_redshift_would_change_is_refused(
    stack: cdk.Stack, make: Callable[..., Any], option: str, name: str
) -> None:
    [problem] = problems(lambda: make(stack, **{option: name}))
    assert (problem.option, problem.allowed, problem.advice) == (option, LOWER, FOLDED)


@pytest.mark.parametrize("make", [new_table, new_schema, new_role, new_user])
def test_a_name_is_known_when_the_template_is_made(stack: cdk.Stack, make: Callable[..., Any]) -> None:
    assert problems(lambda: make(stack, name=TOKEN)) == [Problem("name", LATER, "a literal", LITERAL)]


@pytest.mark.parametrize("name", ["a", "_", "x" * 127, "order", "a$1"])
def test_a_name_that_redshift_keeps_is_taken(stack: cdk.Stack, name: str) -> None:
    assert new_table(stack, name=name).relation_name == name


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("INT", "integer"),
        ("Double  Precision", "double precision"),
        ("decimal", "numeric(18,0)"),
        ("numeric( 38 , 37 )", "numeric(38,37)"),
        ("decimal(5)", "numeric(5,0)"),
        ("varchar", "character varying(256)"),
        ("varchar (max)", "character varying(65535)"),
        ("character varying(1)", "character varying(1)"),
        ("char", "character(1)"),
        ("char(max)", "character(4096)"),
        ("varbyte", "binary varying(64000)"),
        ("varbinary(16777216)", "binary varying(16777216)"),
        ("timestamptz", "timestamp with time zone"),
        ("super", "super"),
        ("text", None),
        ("bpchar", None),
        ("varchar(0)", None),
        ("varchar(65536)", None),
        ("char(4097)", None),
        ("varbyte(16777217)", None),
        ("decimal(39)", None),
        ("decimal(0)", None),
        ("decimal(max)", None),
        ("decimal(38, 38)", None),
        ("decimal(4, 5)", None),
        ("bigint(8)", None),
        ("varchar(2, 2)", None),
        ("int; DROP TABLE orders", None),
        ("int)", None),
        ("", None),
        ("jsonb", None),
    ],
)
def test_types_are_spelled_as_the_catalog_does(written: str, spelled: str | None) -> None:
    assert canonical_type(written) == spelled


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"type": "jsonb"}, Problem("type", "'jsonb'", TYPES, LENGTHS)),
        ({"type": TOKEN}, Problem("type", LATER, TYPES, LENGTHS)),
        (
            {"default": float("inf")},
            Problem("default", "inf", "a finite number", "Leave it out for NULL."),
        ),
        ({"type": "varchar(65536)"}, Problem("type", "'varchar(65536)'", TYPES, LENGTHS)),
        (
            {"type": "text"},
            Problem("type", "'text'", TYPES, "Say how many bytes it may have: varchar(256), at most varchar(65535)."),
        ),
        (
            {"identity": True, "type": "date"},
            Problem("identity", "identity of a date", "bigint or integer", "Redshift counts in whole numbers."),
        ),
        (
            {"identity": True, "default": 1},
            Problem(
                "default",
                "a default of an identity",
                "None with identity=True",
                "Redshift counts, or takes the default.",
            ),
        ),
        (
            {"default": TOKEN},
            Problem("default", LATER, "a literal", "Write the value: it becomes part of the table."),
        ),
        ({"name": "Id"}, Problem("name", "'Id'", LOWER, FOLDED)),
    ],
)
def test_a_column_is_refused_with_what_to_do(options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: Column(**{"name": "id", "type": "bigint", **options})) == [expected]


def test_an_unknown_encoding_is_refused() -> None:
    [problem] = problems(lambda: Column("id", "bigint", encoding="GZIP"))  # type: ignore[arg-type]
    assert (problem.option, problem.given) == ("encoding", "'GZIP'")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"columns": []}, Problem("columns", "0 columns", "1 to 1600", "Redshift has no other tables.")),
        (
            {"columns": [Column(f"c{number}", "date") for number in range(1601)]},
            Problem("columns", "1601 columns", "1 to 1600", "Redshift has no other tables."),
        ),
        ({"columns": [*COLUMNS, COLUMNS[0]]}, Problem("columns", "id twice", "each once", "Rename.")),
        (
            {"columns": [Column("a", "bigint", identity=True), Column("b", "bigint", identity=True)]},
            Problem("columns", "identity=True for a, b", "one column that Redshift counts up", "Keep one."),
        ),
        (
            {"distribution": DistributionKey("city")},
            Problem(
                "distribution",
                "'city'",
                "id, status",
                "No key has a column of the types super, geometry, geography, hllsketch.",
            ),
        ),
        (
            {"columns": [*COLUMNS, Column("details", "super")], "sort_key": ["id", "details"]},
            Problem(
                "sort_key",
                "'details'",
                "id, status",
                "No key has a column of the types super, geometry, geography, hllsketch.",
            ),
        ),
        ({"sort_key": []}, Problem("sort_key", "0 columns", "1 to 400, or None", "None lets Redshift choose.")),
        ({"sort_key": ["id", "id"]}, Problem("sort_key", "a column twice", "each once", "Leave out the later one.")),
        (
            {"nmae": "x"},
            Problem(
                "nmae",
                "an unknown option",
                "warehouse, name, columns, schema, distribution, sort_key, comment, lifecycle",
                "Did you mean name?",
            ),
        ),
    ],
)
def test_a_table_is_refused_with_what_to_do(stack: cdk.Stack, options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: new_table(stack, **options)) == [expected]


def test_everything_of_one_table_is_in_one_warehouse(stack: cdk.Stack) -> None:
    other = new_warehouse(stack, "Other")
    expected = Problem(
        "schema", "a value of type Schema of Stack/Warehouse", "one of Stack/Other", "Declare it in the same warehouse."
    )
    [problem] = problems(lambda: new_table(stack, schema=new_schema(stack), warehouse=other))
    assert (problem.option, problem.allowed, problem.advice) == (expected.option, expected.allowed, expected.advice)
    assert "of Stack/Warehouse" in problem.given


def test_a_user_has_roles_of_its_own_warehouse(stack: cdk.Stack) -> None:
    role = new_role(stack)
    [problem] = problems(lambda: new_user(stack, warehouse=new_warehouse(stack, "Other"), roles=[role]))
    assert problem.option == "roles"


def test_a_grant_is_of_one_warehouse(stack: cdk.Stack) -> None:
    role = new_role(stack, warehouse=new_warehouse(stack, "Other"))
    [problem] = problems(lambda: new_grant(stack, to=role))
    assert problem.option == "on"


@pytest.mark.parametrize(
    ("privileges", "given"),
    [([], "none"), (["ALL"], "ALL"), (["SELECT", "USAGE"], "USAGE"), (["SELECT; DROP"], "SELECT; DROP")],
)
def test_privileges_are_named(stack: cdk.Stack, privileges: list[str], given: str) -> None:
    allowed = "ALTER, DELETE, DROP, INSERT, REFERENCES, SELECT, TRUNCATE, UPDATE"
    assert problems(lambda: new_grant(stack, privileges=privileges)) == [
        Problem("privileges", given, allowed, "Name those that are needed, each by its word.")
    ]


def test_a_view_of_a_stream_is_read_alone(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: new_grant(stack, on=new_streaming_ingestion(stack), privileges=["INSERT"]))
    assert problem.allowed == "SELECT"


def test_a_stream_and_its_view_are_in_two_schemas(stack: cdk.Stack) -> None:
    assert problems(lambda: new_streaming_ingestion(stack, schema="kds", external_schema="kds")) == [
        Problem(
            "external_schema",
            "'kds'",
            "another than schema",
            "Redshift keeps streams and views in schemas of their own.",
        )
    ]


@pytest.mark.parametrize(
    ("stream", "given", "allowed"),
    [
        ("us-east-1:123456789012", "one of us-east-1", "one of eu-west-1"),
        ("eu-west-1:210987654321", "one of the account 210987654321", "one of the account 123456789012"),
    ],
)
def test_a_stream_is_where_the_warehouse_is(stack: cdk.Stack, stream: str, given: str, allowed: str) -> None:
    elsewhere = kinesis.Stream.from_stream_arn(stack, "Far", f"arn:aws:kinesis:{stream}:stream/clicks")
    [problem] = problems(lambda: new_streaming_ingestion(stack, stream=elsewhere))
    assert (problem.option, problem.given, problem.allowed) == ("stream", given, allowed)


def test_a_stream_of_a_stack_that_names_no_region_is_not_judged() -> None:
    stack = new_stack(None)
    known = kinesis.Stream.from_stream_arn(stack, "Far", "arn:aws:kinesis:us-east-1:123456789012:stream/clicks")
    assert new_streaming_ingestion(stack, stream=known).relation_name == "clicks"


def test_a_practice_of_another_construct_is_not_waived(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: new_user(stack, waive={rds.MULTI_AZ: "Because."}))
    assert problem.allowed == "redshift.ROTATION"


def test_all_problems_are_said_at_once(stack: cdk.Stack) -> None:
    options: dict[str, Any] = {
        "name": "Orders",
        "schema": "Sales",
        "columns": [],
        "sort_key": ["x"],
        "distribution": DistributionKey("y"),
    }
    found = problems(lambda: new_table(stack, **options))
    assert [it.option for it in found] == ["name", "schema", "columns", "distribution", "sort_key"]


def test_a_warehouse_is_needed(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: redshift.Role(stack, "Reader", name="reader"))  # type: ignore[call-arg]
    assert (problem.option, problem.given) == ("warehouse", "nothing")
