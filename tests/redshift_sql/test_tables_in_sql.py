"""Tables, as deployments make and change them in a real database."""

from typing import Any

import aws_cdk as cdk
import pytest

from constructs_lib import redshift
from constructs_lib.redshift import Column
from tests.redshift_sql.conftest import Account
from tests.redshift_sql.warehouses import COLUMNS, everything, new_table

READ = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = '{}' ORDER BY ordinal_position"


def _deploy(account: Account, **options: Any) -> dict[str, Any]:
    return account.deploy("Table", lambda stack: new_table(stack, **options))


def _columns(account: Account, table: str = "orders") -> list[str]:
    return [row[0] for row in account.run(READ.format(table))]


def test_a_table_is_made(account: Account) -> None:
    answer = _deploy(account)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "made public.orders")
    assert account.run(READ.format("orders")) == [["id", "bigint"], ["status", "character varying"]]
    assert account.changes == [
        'CREATE TABLE "public"."orders" ("id" bigint, "status" character varying(20)) DISTSTYLE AUTO SORTKEY AUTO'
    ]


def test_a_table_is_made_with_every_option(account: Account) -> None:
    account.run("CREATE SCHEMA sales")
    assert account.deploy("Table", everything)["Status"] == "SUCCESS"
    assert account.changes[0] == (
        'CREATE TABLE "sales"."orders" ("id" bigint IDENTITY(1, 1), "customer" character varying(64) DEFAULT '
        "'it''s unknown' ENCODE ZSTD NOT NULL, \"amount\" numeric(12,2) DEFAULT 0, \"placed_at\" timestamp with time "
        'zone ENCODE AZ64, "details" super) DISTSTYLE KEY DISTKEY ("customer") '
        'COMPOUND SORTKEY ("placed_at", "customer")'
    )
    account.run("INSERT INTO sales.orders (placed_at) VALUES (now())")
    assert account.run("SELECT id, customer, amount FROM sales.orders") == [[1, "it's unknown", 0]]
    assert account.run("SELECT obj_description('sales.orders'::regclass)") == [["What was ordered."]]
    assert account.run("SELECT col_description('sales.orders'::regclass, 1)") == [["The order's number."]]


def test_nothing_is_done_twice(account: Account) -> None:
    account.run("CREATE SCHEMA sales")
    account.deploy("Table", everything)
    done = len(account.changes)
    assert account.deploy("Table", everything)["Status"] == "SUCCESS"
    assert account.changes[done:] == []


def test_columns_are_added_one_by_one_and_keep_the_rows(account: Account) -> None:
    _deploy(account)
    account.run("INSERT INTO orders VALUES (1, 'paid')")
    added = (Column("city", "varchar(9)", default="Cork", not_null=True), Column("details", "super"))
    answer = _deploy(account, columns=[*added, *COLUMNS])
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "made public.orders")
    assert account.run("SELECT * FROM orders") == [[1, "paid", "Cork", None]]
    assert account.changes[1:] == [
        'ALTER TABLE "public"."orders" ADD COLUMN "city" character varying(9) DEFAULT \'Cork\' NOT NULL',
        'ALTER TABLE "public"."orders" ADD COLUMN "details" super',
    ]


def test_a_varchar_is_made_longer(account: Account) -> None:
    _deploy(account)
    assert _deploy(account, columns=[COLUMNS[0], Column("status", "varchar(max)")])["Status"] == "SUCCESS"
    account.run("INSERT INTO orders VALUES (1, repeat('x', 65535))")


REFUSED = (
    (
        [COLUMNS[0]],
        "Column status of public.orders is not declared any more, and still there with its data. Declare it again; or "
        'drop it yourself with ALTER TABLE "public"."orders" DROP COLUMN "status", then deploy again.',
    ),
    (
        [COLUMNS[0], Column("status", "varchar(19)")],
        "Column status of public.orders is character varying(20), and declared as character varying(19). Redshift "
        "changes no type, but for longer VARCHARs. Declare what it is; or add a column of the new type, and copy the "
        "values.",
    ),
    (
        [Column("id", "integer"), COLUMNS[1]],
        "Column id of public.orders is bigint, and declared as integer. Redshift changes no type, but for longer "
        "VARCHARs. Declare what it is; or add a column of the new type, and copy the values.",
    ),
    (
        [Column("id", "bigint", not_null=True), COLUMNS[1]],
        "Column id of public.orders accepts NULL, which Redshift cannot change. Declare it so.",
    ),
    (
        [Column("id", "bigint", default=1), COLUMNS[1]],
        "Default of column id of public.orders was declared otherwise, and Redshift cannot change it. Declare it as "
        "before.",
    ),
    (
        [*COLUMNS, Column("city", "char(3)", not_null=True)],
        "Column city cannot be added to public.orders, which exists: Redshift adds no IDENTITY, and NOT NULL only with "
        "a default. Leave that out.",
    ),
    (
        [*COLUMNS, Column("number", "bigint", identity=True)],
        "Column number cannot be added to public.orders, which exists: Redshift adds no IDENTITY, and NOT NULL only "
        "with a default. Leave that out.",
    ),
)


@pytest.mark.parametrize(("columns", "reason"), REFUSED)
def test_a_change_that_could_lose_data_is_refused_with_what_to_do(
    account: Account, columns: list[Column], reason: str
) -> None:
    _deploy(account)
    account.run("INSERT INTO orders VALUES (1, 'paid')")
    answer = _deploy(account, columns=columns)
    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == f"{reason} (The log is 2026/11/21/[1]abc.)"
    assert answer["PhysicalResourceId"] == "made public.orders"
    assert account.run("SELECT * FROM orders") == [[1, "paid"]]
    assert len(account.changes) == 1


@pytest.mark.parametrize(("columns", "reason"), REFUSED)
def test_a_refused_change_can_be_rolled_back(account: Account, columns: list[Column], reason: str) -> None:
    _deploy(account)
    _deploy(account, columns=columns)
    account.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    account.properties = {**account.properties, "Columns": [column.declaration for column in columns]}
    assert _deploy(account)["Status"] == "SUCCESS"
    assert _columns(account) == ["id", "status"]


def test_an_added_column_stays_when_the_stack_is_rolled_back(account: Account) -> None:
    _deploy(account)
    _deploy(account, columns=[*COLUMNS, Column("city", "char(3)")])
    account.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    assert _deploy(account)["Status"] == "SUCCESS"
    assert _columns(account) == ["id", "status", "city"]
    account.cloudformation.status = "UPDATE_IN_PROGRESS"
    assert _deploy(account, comment="Later.")["Status"] == "SUCCESS"
    assert _deploy(account, columns=[*COLUMNS, Column("city", "char(3)")])["Status"] == "SUCCESS"


def test_a_column_that_was_dropped_by_hand_need_not_be_declared(account: Account) -> None:
    _deploy(account)
    account.run("ALTER TABLE orders DROP COLUMN status")
    assert _deploy(account, columns=[COLUMNS[0]])["Status"] == "SUCCESS"


def test_a_table_that_fits_is_taken_over_and_extended(account: Account) -> None:
    account.run("CREATE TABLE orders (id bigint, more text)")
    account.run("INSERT INTO orders VALUES (1, 'x')")
    answer = _deploy(account)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "found public.orders")
    assert account.run("SELECT * FROM orders") == [[1, "x", None]]


def test_a_table_that_was_taken_over_is_never_dropped(account: Account) -> None:
    account.run("CREATE TABLE orders (id bigint, status varchar(20))")
    _deploy(account)
    assert account.delete("Table")["Status"] == "SUCCESS"
    assert _columns(account) == ["id", "status"]


def test_a_table_that_does_not_fit_is_refused_and_stays(account: Account) -> None:
    account.run("CREATE TABLE orders (id date, status varchar(20))")
    answer = _deploy(account)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", "not made")
    assert answer["Reason"].startswith("Column id of public.orders is date, and declared as bigint.")
    assert account.delete("Table")["Status"] == "SUCCESS"
    assert _columns(account) == ["id", "status"]


def test_a_view_is_no_table(account: Account) -> None:
    account.run("CREATE VIEW orders AS SELECT 1::bigint AS id, 'x'::varchar(20) AS status")
    answer = _deploy(account)
    assert answer["Reason"].startswith("public.orders exists, and is no table. Declare the table under another name.")


@pytest.mark.parametrize("option", [{"name": "sales"}, {"schema": "sales"}])
def test_a_table_is_neither_renamed_nor_moved(account: Account, option: dict[str, str]) -> None:
    _deploy(account)
    answer = _deploy(account, **option)
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith(
        "public.orders is a table with data, which is not renamed or moved. Do it with ALTER TABLE ... RENAME TO, then "
        "deploy again;"
    )
    assert _columns(account) == ["id", "status"]


def test_a_table_that_was_renamed_by_hand_is_followed(account: Account) -> None:
    _deploy(account)
    account.run("ALTER TABLE orders RENAME TO sales")
    assert _deploy(account, name="sales")["Status"] == "SUCCESS"
    assert len(account.changes) == 1
    account.delete("Table")
    assert _columns(account, "sales") == []


def test_a_table_is_made_anew_in_a_warehouse_that_took_the_place_of_another(account: Account) -> None:
    _deploy(account)
    account.run("DROP TABLE orders")
    assert _deploy(account)["Status"] == "SUCCESS"
    assert _columns(account) == ["id", "status"]


def test_a_disposable_table_is_dropped(account: Account) -> None:
    _deploy(account)
    assert account.delete("Table")["Status"] == "SUCCESS"
    assert _columns(account) == []
    assert account.delete("Table")["Status"] == "SUCCESS"


@pytest.mark.parametrize(
    ("before", "after", "statements"),
    [
        (
            {},
            {"distribution": redshift.DistributionKey("id")},
            ['ALTER TABLE "public"."orders" ALTER DISTSTYLE KEY DISTKEY "id"'],
        ),
        (
            {"distribution": redshift.DistributionKey("id")},
            {"distribution": redshift.Distribution.ALL},
            ['ALTER TABLE "public"."orders" ALTER DISTSTYLE ALL'],
        ),
        ({}, {"sort_key": ["id"]}, ['ALTER TABLE "public"."orders" ALTER COMPOUND SORTKEY ("id")']),
        ({"sort_key": ["id"]}, {}, ['ALTER TABLE "public"."orders" ALTER SORTKEY AUTO']),
        (
            {},
            {"columns": [Column("id", "bigint", encoding="ZSTD"), COLUMNS[1]]},
            ['ALTER TABLE "public"."orders" ALTER COLUMN "id" ENCODE ZSTD'],
        ),
        (
            {"columns": [Column("id", "bigint", encoding="RAW"), Column("status", "varchar(20)", encoding="LZO")]},
            {"columns": [COLUMNS[0], Column("status", "varchar(20)", encoding="LZO")]},
            [
                'ALTER TABLE "public"."orders" ALTER ENCODE AUTO',
                'ALTER TABLE "public"."orders" ALTER COLUMN "status" ENCODE LZO',
            ],
        ),
        ({}, {"comment": "It's"}, ["COMMENT ON TABLE \"public\".\"orders\" IS 'It''s'"]),
        ({"comment": "It's"}, {}, ['COMMENT ON TABLE "public"."orders" IS NULL']),
    ],
)
def test_what_redshift_alters_is_altered(
    account: Account, before: dict[str, Any], after: dict[str, Any], statements: list[str]
) -> None:
    _deploy(account, **before)
    done = len(account.changes)
    assert _deploy(account, **after)["Status"] == "SUCCESS"
    assert account.changes[done:] == statements


@pytest.mark.parametrize("text", ["it's", 'say "x"', "back\\slash", "a\\'; DROP TABLE orders; --", "é\n\t", "${Token}"])
def test_no_text_is_read_as_sql(account: Account, text: str) -> None:
    columns = [*COLUMNS, Column("note", "varchar(99)", default=text, comment=text)]
    assert _deploy(account, columns=columns, comment=text)["Status"] == "SUCCESS"
    account.run("INSERT INTO orders (id) VALUES (1)")
    assert account.run("SELECT note FROM orders") == [[text]]
    assert account.run("SELECT obj_description('orders'::regclass), col_description('orders'::regclass, 3)") == [
        [text, text]
    ]


def _of_every_type(stack: cdk.Stack) -> Any:
    types = ("smallint", "int", "int8", "decimal", "decimal(9, 2)", "float4", "float", "bool", "char", "varchar")
    more = ("date", "time", "timetz", "timestamp", "timestamptz", "super")
    columns = [Column(f"c{number}", it) for number, it in enumerate((*types, *more))]
    return new_table(stack, columns=columns)


def test_the_catalog_spells_every_type_as_the_declaration_does(account: Account) -> None:
    """Types that both engines have; a second deployment would refuse one that is spelled otherwise."""
    assert account.deploy("Table", _of_every_type)["Status"] == "SUCCESS"
    assert account.deploy("Table", _of_every_type)["Status"] == "SUCCESS"
