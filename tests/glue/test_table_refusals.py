"""Options that databases and tables refuse, and what they say of them."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3

from constructs_lib import glue
from constructs_lib.errors import Problem
from constructs_lib.landing_bucket import LandingBucket
from tests.glue.tables import new_database, new_table
from tests.refusing import problems

NAMES = "1 to 255 small letters, digits and underscores"
CAPITALS = "Rename it: Athena knows no capital letters."
DAY = {"day": glue.Dates("2024-01-01")}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"name": "Clicks"}, Problem("name", "'Clicks'", NAMES, CAPITALS)),
        (
            {"prefix": "/clicks"},
            Problem(
                "prefix",
                "'/clicks'",
                "a prefix that ends in a slash, and does not begin with one",
                "Write clicks/.",
            ),
        ),
        ({"schema": []}, Problem("schema", "no columns", "one or more", "Name the columns.")),
        (
            {"schema": [glue.Column("id", "bigint")] * 2},
            Problem("schema", "id", "names that differ", "Rename a column."),
        ),
        ({"partitions": {"Day": glue.Injected()}}, Problem("partitions", "'Day'", NAMES, CAPITALS)),
        (
            {"partitions": {"page": glue.Injected()}},
            Problem(
                "partitions",
                "page, which the schema has too",
                "keys that are no columns",
                "A key is read from the object's name: take the column out of the schema, or rename the key.",
            ),
        ),
        (
            {"partitions": DAY, "layout": "${hour}/"},
            Problem(
                "layout",
                "'${hour}/'",
                "each of day once, as ${key}, and a slash at the end",
                "Leave it out for key=value folders.",
            ),
        ),
    ],
    ids=lambda it: "-".join(it) if isinstance(it, dict) else it.given[:24],
)
def test_an_option_is_refused_with_what_to_do(stack: cdk.Stack, options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: new_table(stack, **options)) == [expected]


def test_every_problem_is_named_at_once(stack: cdk.Stack) -> None:
    found = problems(lambda: new_table(stack, name="", prefix="x", schema=[], partitions=DAY, layout="x"))
    assert [problem.option for problem in found] == ["name", "prefix", "schema", "layout"]


def test_the_bucket_itself_is_asked_for(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: new_table(stack, bucket=LandingBucket(stack, "Lake")))
    assert problem.advice == "Pass its .bucket."


def test_a_class_that_is_no_schema_is_named(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: new_table(stack, schema=dict))
    assert (problem.option, problem.allowed) == ("schema", "a dataclass or TypedDict")


def test_a_database_has_a_name_for_queries(stack: cdk.Stack) -> None:
    assert problems(lambda: new_database(stack, name="my-shop")) == [Problem("name", "'my-shop'", NAMES, CAPITALS)]


def test_tokens_are_not_judged(stack: cdk.Stack) -> None:
    names = {option: cdk.Fn.import_value(option) for option in ("name", "prefix")}
    bucket = s3.Bucket.from_bucket_name(stack, "Imported", cdk.Fn.import_value("bucket"))
    partitions = {"day": glue.Dates(cdk.Fn.import_value("start"))}
    assert new_table(stack, bucket=bucket, partitions=partitions, **names).table
