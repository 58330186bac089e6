"""Tables of clicks to test: with the least that must be said, and with every option."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3

from constructs_lib import glue
from constructs_lib.lifecycle import Lifecycle


@dataclass
class Place:
    """Where somebody was."""

    city: str
    longitude: float


@dataclass
class Click:
    """What somebody clicked on."""

    page: Annotated[str, "The address of the page."]
    at: datetime.datetime
    price: Annotated[Decimal, glue.Precision(18, 2)]
    place: Place | None
    tags: list[str]
    device: Literal["phone", "desk"]


def new_database(stack: cdk.Stack, **options: Any) -> glue.Database:
    """Make a database with these options."""
    return glue.Database(stack, "Shop", **{"name": "shop", **options})


def lake(stack: cdk.Stack) -> s3.IBucket:
    """Return a bucket that exists."""
    found = stack.node.try_find_child("LakeOfOthers")
    return found or s3.Bucket.from_bucket_name(stack, "LakeOfOthers", "lake")  # type: ignore[return-value]


def new_table(stack: cdk.Stack, **options: Any) -> glue.Table:
    """Make a table with these options, and a database for it."""
    made = {"name": "clicks", "bucket": lake(stack), "prefix": "clicks/", "schema": Click, **options}
    return glue.Table(stack, "Clicks", **{"database": options.get("database") or new_database(stack), **made})


def full_table(stack: cdk.Stack) -> glue.Table:
    """Make a table with every option."""
    return new_table(
        stack,
        database=new_database(stack, description="What the shop knows."),
        schema=[glue.Column("page", "string", "The address."), glue.Column("tags", "array<string>")],
        partitions={
            "day": glue.Dates(datetime.date(2024, 1, 1), format="yyyy/MM/dd"),
            "hour": glue.Integers(0, 23, digits=2),
            "country": glue.Choices(["de", "ie"]),
            "tenant": glue.Injected(),
        },
        layout="${tenant}/${country}/${day}/${hour}/",
        format=glue.Format.JSON,
        description="Clicks, as they come.",
    )


@dataclass
class Order:
    """What somebody ordered."""

    id: Annotated[int, glue.FieldId(1)]
    at: Annotated[datetime.datetime, "When.", glue.FieldId(3)]
    price: Annotated[Decimal, glue.Precision(18, 2), glue.FieldId(2)]
    note: Annotated[str | None, glue.FieldId(4)]


def new_iceberg_table(stack: cdk.Stack, **options: Any) -> glue.IcebergTable:
    """Make a table of Iceberg with these options, and a database for it."""
    made = {"name": "orders", "bucket": lake(stack), "prefix": "orders/", "schema": Order, **options}
    found = stack.node.try_find_child("Shop")
    database = options.get("database") or found or new_database(stack)
    return glue.IcebergTable(stack, "Orders", **{"database": database, **made})


def full_iceberg_table(stack: cdk.Stack) -> glue.IcebergTable:
    """Make a table of Iceberg with every option."""
    return new_iceberg_table(
        stack,
        schema=[
            glue.Column("id", "bigint", "Its number.", 1),
            glue.Column("customer", "string", id=2),
            glue.Column("at", "timestamptz", id=3),
        ],
        keys=["customer", "id"],
        partitions={"at": "day", "customer": "bucket[16]", "id": "identity"},
        description="Orders, as they stand.",
        lifecycle=Lifecycle.DISPOSABLE,
    )
