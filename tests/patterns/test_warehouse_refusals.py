"""Options that a way into a warehouse refuses, and what it says of them."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kinesis

from constructs_lib import patterns, redshift
from constructs_lib.errors import InvalidOptionsError, Problem
from tests.patterns.warehouses import new_copy, new_reader, new_table, new_view, new_warehouse
from tests.redshift_sql.warehouses import ExistingWarehouse
from tests.refusing import OF_THAT_TYPE, THE_CONSTRUCT, problems

NAMES = "1 to 127 lower-case letters, digits, underscores and dollar signs, no digit first"
FOLDED = "Redshift folds names to lower case: write them so."
SAME = "Declare it in the same warehouse."


@pytest.mark.parametrize("option", ["name", "schema"])
def test_a_view_has_names_that_redshift_takes(option: str) -> None:
    given = {"name": "clicks", option: "Clicks"}
    assert problems(lambda: patterns.View(**given)) == [Problem(option, "'Clicks'", NAMES, FOLDED)]


def test_a_user_has_a_name_that_redshift_takes(stack: cdk.Stack) -> None:
    table = new_table(stack)
    assert problems(lambda: patterns.Copy(table, user="Fire Hose")) == [Problem("user", "'Fire Hose'", NAMES, FOLDED)]


def test_a_view_is_in_another_schema_than_the_stream(stack: cdk.Stack) -> None:
    expected = Problem(
        "schema",
        "'clicks_stream'",
        "another name than clicks_stream",
        "The external schema is called so, and Redshift keeps streams and views apart.",
    )
    assert problems(lambda: patterns.View("clicks", "clicks_stream")) == [expected]
    schema = redshift.Schema(stack, "Schema", warehouse=new_warehouse(stack), name="clicks_stream")
    assert problems(lambda: patterns.View("clicks", schema)) == [expected]
    assert problems(lambda: patterns.View("other", schema, "clicks_stream")) == [expected]
    assert patterns.View("clicks", schema, "kinesis").external_schema == "kinesis"


def test_a_warehouse_that_lets_nobody_in_is_refused(stack: cdk.Stack) -> None:
    closed = new_warehouse(stack)
    closed.firehose_access = False
    assert problems(lambda: new_copy(stack, warehouse=closed)) == [
        Problem(
            "warehouse",
            "a warehouse that does not let Firehose in",
            "one made with firehose_access=True",
            "Make it so, or read the stream into a View, which needs no way in.",
        )
    ]


def test_everything_is_in_one_warehouse(stack: cdk.Stack) -> None:
    other = ExistingWarehouse(stack, "Other")
    table, role = new_table(stack, warehouse=other), new_reader(stack, warehouse=other)
    schema = redshift.Schema(stack, "Sales", warehouse=other, name="sales")
    assert problems(lambda: new_copy(stack, into=patterns.Copy(table), readers=[role])) == [
        Problem(
            "into",
            "a table of another warehouse",
            "a table of this one",
            "Declare the table in the warehouse that it is copied into.",
        ),
        Problem("readers", "a Role of Stack/Other", "one of Stack/Warehouse", SAME),
    ]
    assert problems(lambda: new_view(stack, "View", into=patterns.View("clicks", schema))) == [
        Problem("schema", "a Schema of Stack/Other", "one of Stack/Warehouse", SAME)
    ]


def test_a_reader_is_named_once(stack: cdk.Stack) -> None:
    role = new_reader(stack)
    assert problems(lambda: new_view(stack, readers=[role, role])) == [
        Problem("readers", "['reader', 'reader']", "each once", "Leave out the second one.")
    ]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"into": "clicks"}, Problem("into", "'clicks'", "patterns.View or patterns.Copy", OF_THAT_TYPE)),
        ({"readers": ["reader"]}, Problem("readers", "['reader']", "a list of redshift.Role", OF_THAT_TYPE)),
        (
            {"warehouse": "sales"},
            Problem("warehouse", "'sales'", "redshift.Cluster or redshift.ServerlessWorkgroup", OF_THAT_TYPE),
        ),
        ({"stream": None}, Problem("stream", "None", "kinesis.Stream or kinesis.IStream", THE_CONSTRUCT)),
    ],
    ids=lambda it: "-".join(it) if isinstance(it, dict) else it.given[:24],
)
def test_an_option_is_refused_with_what_to_do(stack: cdk.Stack, options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: new_view(stack, **options)) == [expected]


def test_all_problems_are_said_at_once(stack: cdk.Stack) -> None:
    other = ExistingWarehouse(stack, "Other")
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"
    with pytest.raises(InvalidOptionsError) as refusal:
        new_copy(
            stack,
            stream=aws_kinesis.Stream.from_stream_arn(stack, "Far", arn),
            into=patterns.Copy(new_table(stack, warehouse=other)),
            readers=[new_reader(stack, warehouse=other)],
        )
    assert refusal.value.path == "Stack/Ingestion"
    assert [it.option for it in refusal.value.problems] == ["stream", "into", "readers"]
    assert stack.node.try_find_child("Ingestion") is None
