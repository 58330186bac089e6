"""What is declared inside one warehouse is declared once, and is neither the admin's nor Redshift's own."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kinesis as kinesis

from constructs_lib import redshift
from constructs_lib.arns import arn
from constructs_lib.errors import Problem
from constructs_lib.redshift.warehouse import Warehouse
from tests.redshift_sql.warehouses import (
    COLUMNS,
    new_cluster,
    new_grant,
    new_role,
    new_schema,
    new_streaming_ingestion,
    new_table,
    new_user,
    new_warehouse,
    new_workgroup,
)
from tests.refusing import problems
from tests.synthesis import new_app, new_stack

ADVICE = "Of two, one would undo the other: leave this one out, and pass the first where it is needed."
Make = Callable[..., Any]
Second = Callable[[cdk.Stack, Warehouse], Any]


def _again(option: str, what: str, where: str) -> Problem:
    return Problem(option, f"{what}, which Stack/{where} declares", "what nothing else declares", ADVICE)


def _table(name: str, schema: str = "public") -> Second:
    return lambda it, at: redshift.Table(it, "Two", warehouse=at, schema=schema, name=name, columns=COLUMNS)


def _schema(name: str) -> Second:
    return lambda it, at: redshift.Schema(it, "Two", warehouse=at, name=name)


def _role(name: str) -> Second:
    return lambda it, at: redshift.Role(it, "Two", warehouse=at, name=name)


def _user(name: str) -> Second:
    return lambda it, at: redshift.User(it, "Two", warehouse=at, name=name)


def _view(view: str, external: str | None = None) -> Second:
    def make(stack: cdk.Stack, warehouse: Warehouse) -> Any:
        stream = kinesis.Stream.from_stream_arn(stack, "Other", arn("kinesis", "stream/other"))
        return redshift.StreamingIngestion(
            stack, "Two", warehouse=warehouse, stream=stream, view=view, external_schema=external
        )

    return make


TWICE = {
    "tables": (new_table, _table("orders"), [_again("name", "relation public.orders", "Orders")]),
    "table and view": (
        new_streaming_ingestion,
        _table("clicks"),
        [_again("name", "relation public.clicks", "Clicks")],
    ),
    "views": (
        new_streaming_ingestion,
        _view("clicks"),
        [
            _again("view", "relation public.clicks", "Clicks"),
            _again("view", "schema clicks_stream", "Clicks"),
        ],
    ),
    "schemas": (new_schema, _schema("sales"), [_again("name", "schema sales", "Sales")]),
    "a stream's schema": (
        new_streaming_ingestion,
        _schema("clicks_stream"),
        [_again("name", "schema clicks_stream", "Clicks")],
    ),
    "a schema's stream": (new_schema, _view("clicks", "sales"), [_again("view", "schema sales", "Sales")]),
    "roles": (new_role, _role("reader"), [_again("name", "role or user reader", "Reader")]),
    "users": (new_user, _user("loader"), [_again("name", "role or user loader", "Loader")]),
    "role and user": (new_user, _role("loader"), [_again("name", "role or user loader", "Loader")]),
}


@pytest.mark.parametrize(("first", "second", "expected"), TWICE.values(), ids=TWICE)
def test_the_same_is_not_declared_twice(stack: cdk.Stack, first: Make, second: Second, expected: list[Problem]) -> None:
    first(stack)
    assert problems(lambda: second(stack, new_warehouse(stack))) == expected


def test_a_privilege_is_granted_once(stack: cdk.Stack) -> None:
    """One of two would revoke, when it goes, what the other declares."""
    role, table = new_role(stack), new_table(stack)
    new_grant(stack, to=role, on=table, privileges=["SELECT"])
    assert problems(lambda: redshift.Grant(stack, "Two", to=role, on=table, privileges=["INSERT", "SELECT"])) == [
        _again("privileges", "SELECT on public.orders to reader", "Grant")
    ]
    redshift.Grant(stack, "Three", to=role, on=table, privileges=["INSERT"])


def test_the_same_name_elsewhere_is_another_thing(stack: cdk.Stack) -> None:
    new_table(stack)
    warehouse = new_warehouse(stack)
    assert _table("orders", "sales")(stack, warehouse).relation_name == "orders"
    other = new_warehouse(stack, "Other")
    assert redshift.Table(stack, "Three", warehouse=other, name="orders", columns=COLUMNS).warehouse is other


def test_what_another_stack_declares_is_known() -> None:
    app = new_app()
    stack, other = new_stack(app=app), new_stack(app=app, id="Other")
    new_table(stack)
    assert problems(lambda: new_table(other, "Two", warehouse=new_warehouse(stack))) == [
        _again("name", "relation public.orders", "Orders")
    ]


@pytest.mark.parametrize("make", [new_role, new_user])
@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("public", "PUBLIC means everybody."),
        ("rdsdb", "Redshift itself logs in by this name."),
        ("dbadmin", "The admin is there already; the password is in warehouse.admin_secret_arn."),
    ],
)
def test_some_names_are_taken(stack: cdk.Stack, make: Make, name: str, advice: str) -> None:
    assert problems(lambda: make(stack, name=name)) == [Problem("name", repr(name), "another name", advice)]


@pytest.mark.parametrize("start", [new_cluster, new_workgroup])
def test_the_admin_is_known_by_any_name(stack: cdk.Stack, start: Make) -> None:
    """Another password would lock out Redshift, and the function that makes everything else."""
    start(stack, admin_username="owner")
    [problem] = problems(lambda: new_user(stack, name="owner"))
    assert problem.advice.startswith("The admin is there already")
    assert new_user(stack, name="dbadmin").user_name == "dbadmin"


def test_a_role_has_no_word_of_sql_for_a_name(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: new_role(stack, name="select"))
    assert problem.advice == "SQL keeps the word for itself, and Redshift takes no role of this name."


@pytest.mark.parametrize("name", ["pg_catalog", "pg_temp_1", "information_schema"])
@pytest.mark.parametrize(
    ("make", "option"), [(new_schema, "name"), (new_table, "schema"), (new_streaming_ingestion, "schema")]
)
def test_a_schema_of_redshift_is_left_alone(stack: cdk.Stack, make: Make, option: str, name: str) -> None:
    allowed = "another name than information_schema, and those that begin with pg_"
    assert problems(lambda: make(stack, **{option: name})) == [
        Problem(option, repr(name), allowed, "What is in there belongs to Redshift.")
    ]


def test_a_stream_has_no_schema_of_redshift(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: new_streaming_ingestion(stack, external_schema="pg_stream"))
    assert (problem.option, problem.advice) == ("external_schema", "What is in there belongs to Redshift.")
