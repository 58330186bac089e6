"""Options that databases and tables refuse, and what they say of them."""

from typing import Any, TypedDict

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3

from constructs_lib import glue
from constructs_lib.errors import Problem
from constructs_lib.landing_bucket import LandingBucket
from tests.glue.tables import new_database, new_table
from tests.refusing import problems
from tests.synthesis import new_app, new_stack

NAMES = "1 to 255 small letters, digits and underscores"
CAPITALS = "Rename it: Athena knows no capital letters."
DAY = {"day": glue.Dates("2024-01-01")}


class Long(TypedDict):
    """Said at length."""

    id: int


Long.__doc__ = "x" * 2049


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
        (
            {"prefix": "s3://lake/clicks/"},
            Problem(
                "prefix",
                "'s3://lake/clicks/'",
                "a prefix that ends in a slash, and does not begin with one",
                "Write clicks/: the bucket is an option of its own.",
            ),
        ),
        ({"schema": []}, Problem("schema", "no columns", "one or more", "Name the columns.")),
        ({"description": "x" * 2049}, Problem("description", "2049 characters", "at most 2048", "Say it shorter.")),
        ({"schema": Long}, Problem("description", "2049 characters", "at most 2048", "Say it shorter.")),
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


def test_a_database_has_a_description_that_glue_takes(stack: cdk.Stack) -> None:
    found = problems(lambda: new_database(stack, description="x" * 2049))
    assert found == [Problem("description", "2049 characters", "at most 2048", "Say it shorter.")]
    assert new_database(stack, description="x" * 2048).name


def _another_table(stack: cdk.Stack, database: glue.Database, name: str = "clicks") -> glue.Table:
    schema = [glue.Column("id", "bigint")]
    bucket = s3.Bucket.from_bucket_name(stack, "Other", "lake")
    return glue.Table(stack, "Again", name=name, database=database, bucket=bucket, prefix="again/", schema=schema)


def test_two_databases_of_an_account_and_region_have_two_names() -> None:
    app = new_app()
    stacks = [new_stack(app=app, id=name) for name in ("One", "Two")]
    new_database(stacks[0])
    assert problems(lambda: new_database(stacks[1])) == [
        Problem(
            "name",
            "'shop', which One/Shop has",
            "one database of a name in an account and Region",
            "Share that database, or name this one otherwise.",
        )
    ]
    assert new_database(stacks[1], name="store").name


@pytest.mark.parametrize("env", [cdk.Environment(account="123456789012", region="us-east-1"), None], ids=["us", "any"])
def test_databases_that_may_be_elsewhere_have_any_name(env: cdk.Environment | None) -> None:
    app = new_app()
    new_database(new_stack(app=app, id="One"))
    assert new_database(new_stack(env, app=app, id="Two")).name


def test_two_tables_of_a_database_have_two_names(stack: cdk.Stack) -> None:
    database = new_database(stack)
    new_table(stack, database=database)
    [problem] = problems(lambda: _another_table(stack, database))
    assert (problem.option, problem.given) == ("name", "'clicks', which Stack/Clicks has")
    assert _another_table(cdk.Stack(stack, "Nested"), glue.Database(stack, "Store", name="store"))


def test_a_name_that_was_refused_stays_free(stack: cdk.Stack) -> None:
    database = new_database(stack)
    problems(lambda: new_table(stack, database=database, prefix="x"))
    assert _another_table(stack, database)


def test_tokens_are_not_judged(stack: cdk.Stack) -> None:
    names = {option: cdk.Fn.import_value(option) for option in ("name", "prefix", "description")}
    bucket = s3.Bucket.from_bucket_name(stack, "Imported", cdk.Fn.import_value("bucket"))
    partitions = {"day": glue.Dates(cdk.Fn.import_value("start"))}
    assert new_table(stack, bucket=bucket, partitions=partitions, **names).table
