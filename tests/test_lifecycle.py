"""What stays is not made of what goes with its stack."""

import inspect
from collections.abc import Callable
from typing import Any, Final

import aws_cdk as cdk
import pytest

from constructs_lib import athena, firehose, glue, kinesis, patterns
from constructs_lib.errors import Problem
from constructs_lib.landing_bucket import LandingBucket
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.notifications import AlarmTopic
from tests.athena.workgroups import new_workgroup
from tests.firehose.streams import new_copy, new_delivery, new_key, new_rows
from tests.glue.tables import Order, new_iceberg_table
from tests.patterns.lakes import new_lake
from tests.patterns.warehouses import new_table, new_view
from tests.properties.test_wrong_values import CONSTRUCTS
from tests.refusing import problems

ALWAYS_STAYS: Final = {glue.CatalogEncryption}
HOLDS_NOTHING: Final = {AlarmTopic}
ENCRYPTED: Final = {
    made: make
    for made, make in CONSTRUCTS.items()
    if {"key", "lifecycle"} <= inspect.signature(vars(made)["__init__"]).parameters.keys()
    and made not in HOLDS_NOTHING | ALWAYS_STAYS
}


def _problem(option: str) -> Problem:
    advice = "Make it with Lifecycle.RETAINED, or this with Lifecycle.DISPOSABLE."
    return Problem(option, "one that goes with its stack", "one that stays, as this does", advice)


@pytest.mark.parametrize("made", ENCRYPTED, ids=lambda it: f"{it.__module__.split('.')[1]}.{it.__name__}")
def test_no_store_outlives_its_key(stack: cdk.Stack, made: type) -> None:
    key = kinesis.Stream(stack, "Goes", lifecycle=Lifecycle.DISPOSABLE).key
    assert problems(lambda: ENCRYPTED[made](stack, key=key)) == [_problem("key")]


BUCKETS: Final[dict[str, tuple[Callable[..., Any], str, Callable[[LandingBucket], Any]]]] = {
    "delivery": (new_delivery, "bucket", lambda it: it.bucket),
    "rows": (new_rows, "bucket", lambda it: it.bucket),
    "staging": (new_copy, "bucket", lambda it: it.bucket),
    "table": (new_iceberg_table, "bucket", lambda it: it.bucket),
    "results": (new_workgroup, "results", lambda it: athena.BucketResults(it.bucket)),
    "lake": (new_lake, "bucket", lambda it: it),
}


@pytest.mark.parametrize(("make", "option", "given"), BUCKETS.values(), ids=BUCKETS)
def test_no_store_outlives_its_bucket(
    stack: cdk.Stack, make: Callable[..., Any], option: str, given: Callable[[LandingBucket], Any]
) -> None:
    bucket = LandingBucket(stack, "Goes", lifecycle=Lifecycle.DISPOSABLE)
    assert problems(lambda: make(stack, **{option: given(bucket)})) == [_problem(option)]


def test_no_delivery_into_a_warehouse_outlives_its_bucket(stack: cdk.Stack) -> None:
    copy = patterns.Copy(table=new_table(stack), bucket=LandingBucket(stack, "Goes", lifecycle=Lifecycle.DISPOSABLE))
    found = problems(lambda: new_view(stack, warehouse=copy.table.warehouse, into=copy))
    assert found == [_problem("into")]


def test_what_goes_is_made_of_what_goes(stack: cdk.Stack) -> None:
    disposable: dict[str, Any] = {"lifecycle": Lifecycle.DISPOSABLE}
    bucket = LandingBucket(stack, "Goes", **disposable)
    assert new_lake(stack, bucket=bucket, source_backup=firehose.SourceBackup(), **disposable).bucket is bucket.bucket


def test_what_others_made_is_not_judged(stack: cdk.Stack) -> None:
    key = new_key(stack)
    assert glue.CatalogEncryption(stack, "Encryption", key=key).key is key


@pytest.mark.parametrize("make", [new_delivery, new_lake])
def test_copies_may_go(stack: cdk.Stack, make: Callable[..., Any]) -> None:
    goes = LandingBucket(stack, "Goes", lifecycle=Lifecycle.DISPOSABLE).bucket
    assert make(stack, source_backup=firehose.SourceBackup(bucket=goes))


def test_the_encryption_of_the_catalog_always_stays(stack: cdk.Stack) -> None:
    key = kinesis.Stream(stack, "Goes", lifecycle=Lifecycle.DISPOSABLE).key
    [problem] = problems(lambda: glue.CatalogEncryption(stack, "Encryption", key=key))
    assert (problem.option, problem.advice) == ("key", "Make it with Lifecycle.RETAINED.")


def test_what_was_refused_takes_no_name(stack: cdk.Stack) -> None:
    goes = LandingBucket(stack, "Goes", lifecycle=Lifecycle.DISPOSABLE).bucket
    database = glue.Database(stack, "Lake", name="lake")
    assert problems(lambda: new_iceberg_table(stack, database=database, bucket=goes)) == [_problem("bucket")]
    table: dict[str, Any] = {"database": database, "bucket": goes, "lifecycle": Lifecycle.DISPOSABLE}
    assert glue.IcebergTable(stack, "Again", name="orders", prefix="orders/", schema=Order, **table)
