"""Options that a lake refuses, and what it says of them."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import aws_cdk as cdk
import pytest

from constructs_lib import firehose, glue
from constructs_lib.errors import InvalidOptionsError, Problem
from constructs_lib.landing_bucket import LandingBucket
from tests.patterns.lakes import new_lake
from tests.refusing import OF_THAT_TYPE, problems

SMALL = firehose.Buffering(size=cdk.Size.mebibytes(63))
CONVERTED = "Give a larger size; the interval still bounds how long records wait."


@dataclass
class Priced:
    """What has no column."""

    price: Decimal


@dataclass
class Arrived:
    """When something arrived."""

    day: datetime.date
    hour: int


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"name": "Clicks"},
            Problem(
                "name",
                "'Clicks'",
                "1 to 255 small letters, digits and underscores",
                "Rename it: Athena knows no capital letters.",
            ),
        ),
        (
            {"name": "errors"},
            Problem(
                "name",
                "'errors'",
                "another name than errors",
                "Failures of all tables of a bucket have this folder.",
            ),
        ),
        (
            {"format": glue.Format.JSON},
            Problem(
                "format",
                "JSON",
                "PARQUET or ORC",
                "Firehose converts to columns; firehose.S3DeliveryStream writes JSON as it comes.",
            ),
        ),
        ({"schema": []}, Problem("schema", "no columns", "one or more", "Name the columns.")),
        (
            {"schema": [glue.Column("day", "date"), glue.Column("page", "string")]},
            Problem(
                "schema",
                "columns called day",
                "columns that are not called day, hour",
                "Partitions have these names, by when records arrived: rename the columns, in the records too.",
            ),
        ),
        (
            {"schema": Arrived, "partitions": "daily"},
            Problem(
                "schema",
                "columns called day",
                "columns that are not called day",
                "Partitions have these names, by when records arrived: rename the columns, in the records too.",
            ),
        ),
        (
            {"schema": dict},
            Problem("schema", "<class 'dict'>", "a dataclass or TypedDict", "Decorate it: @dataclass."),
        ),
        ({"buffering": SMALL}, Problem("buffering", "a size of 63 MiB", "64 to 128 MiB with conversion", CONVERTED)),
        (
            {"name": "source", "source_backup": firehose.SourceBackup()},
            Problem(
                "source_backup",
                "copies in source/source/ and source-errors/source/",
                "folders outside of source/",
                "Who reads that folder would read the copies as data: give them another folder, or another bucket.",
            ),
        ),
        ({"since": "2026-01-01"}, Problem("since", "'2026-01-01'", "datetime.date", OF_THAT_TYPE)),
        (
            {"since": datetime.date(2999, 1, 1)},
            Problem(
                "since",
                "2999-01-01, after NOW",
                "a first partition that is not after the last",
                "Athena refuses queries until then: give the day of the first objects, or a later end.",
            ),
        ),
        ({"partitions": "weekly"}, Problem("partitions", "'weekly'", "'daily' or 'hourly'", OF_THAT_TYPE)),
    ],
    ids=lambda it: "-".join(it) if isinstance(it, dict) else it.given[:24],
)
def test_an_option_is_refused_with_what_to_do(stack: cdk.Stack, options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: new_lake(stack, **options)) == [expected]


def test_an_hour_may_be_a_column_of_daily_partitions(stack: cdk.Stack) -> None:
    columns = [glue.Column("hour", "int")]
    assert new_lake(stack, schema=columns, partitions="daily").table


def test_an_annotation_without_a_type_is_named(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: new_lake(stack, schema=Priced))
    assert (problem.option, problem.given) == ("schema.price", "Decimal")


def test_all_problems_are_said_at_once(stack: cdk.Stack) -> None:
    with pytest.raises(InvalidOptionsError) as refusal:
        new_lake(stack, name="Clicks", format=glue.Format.JSON, schema=Priced, buffering=SMALL)
    assert refusal.value.path == "Stack/Lake"
    assert [it.option for it in refusal.value.problems] == ["format", "name", "schema.price", "buffering"]
    assert stack.node.try_find_child("Lake") is None


@pytest.mark.parametrize(
    ("wrong", "allowed"),
    [
        ({"bucket": "lake"}, "landing_bucket.LandingBucket or s3.IBucket or None"),
        ({"database": "shop"}, "glue.Database or glue.IDatabase or None"),
        ({"workgroup": "primary"}, "athena.WorkGroup or None"),
        ({"stream": "clicks"}, "kinesis.Stream or kinesis.IStream or None"),
    ],
    ids=str,
)
def test_what_is_shared_is_given_by_itself_and_not_by_name(
    stack: cdk.Stack, wrong: dict[str, Any], allowed: str
) -> None:
    [problem] = problems(lambda: new_lake(stack, **wrong))
    assert (problem.option, problem.allowed) == (next(iter(wrong)), allowed)


def test_only_a_role_queries(stack: cdk.Stack) -> None:
    lake = new_lake(stack)
    grant: Callable[[Any], Any] = lake.grant_query
    [problem] = problems(lambda: grant("analyst"))
    assert (problem.option, problem.allowed) == ("role", "iam.IRole")


def test_two_tables_have_two_folders(stack: cdk.Stack) -> None:
    clicks = new_lake(stack, "One")
    database = glue.Database(stack, "Database", name="other")
    [problem] = problems(lambda: new_lake(stack, "Two", bucket=clicks.bucket, database=database))
    assert (problem.option, problem.given) == ("name", "'clicks/', which Stack/One has")


COPIED = {"source_backup": firehose.SourceBackup()}


@pytest.mark.parametrize(
    ("first", "second", "option"),
    [(COPIED, {"name": "source"}, "name"), ({"name": "source"}, COPIED, "source_backup")],
    ids=["copies first", "table first"],
)
def test_a_table_is_in_no_folder_of_the_copies_of_others(
    stack: cdk.Stack, first: dict[str, Any], second: dict[str, Any], option: str
) -> None:
    """Who may query the table would read what others were made of, before it was transformed."""
    bucket = LandingBucket(stack, "Bucket")
    new_lake(stack, "One", bucket=bucket, **first)
    [problem] = problems(lambda: new_lake(stack, "Two", bucket=bucket, **second))
    assert (problem.option, problem.given) == (option, "'source/', which Stack/One has")
    assert stack.node.try_find_child("Two") is None
