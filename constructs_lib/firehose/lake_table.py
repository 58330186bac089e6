"""A table of Apache Iceberg in the Glue Data Catalog, where its objects are, and how records find it."""

import re
from collections.abc import Sequence
from dataclasses import field
from typing import Final

from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3

from constructs_lib.buckets import check_folder
from constructs_lib.errors import Checks, is_token
from constructs_lib.firehose.formats import TableName, names_of
from constructs_lib.options import options

OPERATIONS: Final = ("insert", "update", "delete")
LONGEST_QUERY: Final = 5120

_NAME: Final = re.compile(r"[a-zA-Z0-9._]{1,255}")
_KEY: Final = re.compile(r"\S{1,1024}")


@options
class LakeTable:
    """A table of Apache Iceberg in the Glue Data Catalog of the delivery stream's account and Region.

    https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-prereq.html

    It has to be of format version 2. Where Lake Formation governs the table, it has to let in the role of the delivery
    stream as well.

    Args:
        table: The table; one with unique keys has to exist before the delivery stream.
        bucket: Holds the table's objects; import an encrypted one with its key: ``s3.Bucket.from_bucket_attributes``.
        prefix: What their keys begin with: ``orders/``; empty is the whole bucket.
        unique_keys: The columns by which records update and delete rows; empty takes the table's identifier fields.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    table: glue.TableBase | glue.CfnTable | TableName
    bucket: s3.IBucket
    prefix: str
    unique_keys: Sequence[str] = ()
    names: TableName = field(init=False, repr=False, compare=False)
    """The names of the table and of its database, which are asked for once."""

    def __post_init__(self) -> None:
        checks = Checks(lambda: "LakeTable")
        names = names_of(self.table)
        object.__setattr__(self, "names", names)
        for name in (names.database, names.table):
            checks.require(
                _NAME.fullmatch(name) is not None,
                "table",
                name,
                allowed="names of up to 255 letters, digits, dots and underscores",
                advice="Firehose takes no others: rename the table, or its database.",
            )
        check_folder(self.prefix, checks, example="orders/")
        keys = list(self.unique_keys)
        checks.require(
            len(set(keys)) == len(keys) and all(_KEY.fullmatch(it) for it in keys),
            "unique_keys",
            keys,
            allowed="names of columns that differ, without spaces",
            advice='List each by itself: ["customer", "order_id"].',
        )
        checks.refuse()


@options
class Routing:
    """What records say of where they belong, and of what becomes of rows there: an expression of JQ for each.

    A transformation can say the same instead, in the metadata of each record that it returns.

    https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-format-input-record-different.html

    Args:
        table: The name of the table: ``.kind``; None where there is one table.
        database: The name of the database: ``.shop``; None where there is one database.
        operation: ``insert``, ``update`` or ``delete`` for all records, or what each says: ``.operation``. A row that
            is not there to be updated is inserted. None inserts.

    Raises:
        InvalidOptionsError: There is nothing, or something that is no expression.
    """

    table: str | None = None
    database: str | None = None
    operation: str | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Routing")
        given = {"table": self.table, "database": self.database, "operation": self.operation}
        for option, expression in given.items():
            field = (expression or "").strip() or option
            checks.require(
                expression is None
                or "." in expression
                or expression.startswith('"')
                or (option == "operation" and expression in OPERATIONS),
                option,
                expression,
                allowed="an expression of JQ" if option != "operation" else f"{', '.join(OPERATIONS)}, or JQ",
                advice=f'Name a field of the record with a dot before it: {option}=".{field}".',
            )
        checks.require(
            any(it is not None for it in given.values()),
            "table",
            None,
            given="nothing",
            allowed="a table, a database or an operation",
            advice="Leave the routing out: records are inserted into the one table.",
        )
        checks.refuse()

    def query(self, table: TableName) -> str:
        """Return all expressions in one JQ object.

        Args:
            table: The names that stand where no expression is given.
        """
        operation = f'"{self.operation}"' if self.operation in OPERATIONS else self.operation
        parts = {
            "destinationDatabaseName": self.database or f'"{table.database}"',
            "destinationTableName": self.table or f'"{table.table}"',
            **({"operation": operation} if operation else {}),
        }
        return "{" + ",".join(f"{name}:{expression}" for name, expression in parts.items()) + "}"


def check_tables(
    tables: Sequence[LakeTable], routing: Routing | None, *, append_only: bool, transformed: bool, checks: Checks
) -> None:
    """Record tables that are none, or that records could not tell apart.

    Args:
        tables: Where records go.
        routing: How they find their table.
        append_only: Whether rows are inserted alone.
        transformed: Whether a function may route records.
        checks: Collects the problems.
    """
    advice = "List a LakeTable."
    checks.require(bool(tables), "tables", tables, given="no tables", allowed="one or more", advice=advice)
    names = [(it.names.database, it.names.table) for it in tables]
    twice = sorted({f"{database}.{table}" for database, table in names if names.count((database, table)) > 1})
    advice = "List each table once."
    checks.require(not twice, "tables", twice, given=", ".join(twice), allowed="tables that differ", advice=advice)
    for option, values in (("database", {it[0] for it in names}), ("table", {it[1] for it in names})):
        checks.require(
            len(values) < 2 or (transformed if routing is None else getattr(routing, option) is not None),
            "routing",
            routing,
            given=f"{len(values)} {option}s, and nothing that tells which",
            allowed=f"a routing with {option}, or a transformation that routes",
            advice=f'Name the field of records that does: firehose.Routing({option}=".{option}").',
        )
    keyed = any(it.unique_keys for it in tables)
    changes = routing is not None and routing.operation not in (None, "insert")
    checks.require(
        not append_only or not (keyed or changes),
        "append_only",
        append_only,
        given="True with " + ("unique_keys" if keyed else "an operation"),
        allowed="False where rows are updated or deleted",
        advice="Rows would be written out of order.",
    )
    if routing and tables:
        query = routing.query(tables[0].names)
        checks.require(
            is_token(query) or len(query) <= LONGEST_QUERY,
            "routing",
            routing,
            given=f"{len(query)} characters",
            allowed=f"at most {LONGEST_QUERY} together",
            advice="Shorten the expressions.",
        )
