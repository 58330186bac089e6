"""A table of a Redshift database, declared beside the warehouse that has it."""

from collections import Counter
from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

from constructs import Construct

from constructs_lib.errors import Checks
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.options import checked, checks_for, options
from constructs_lib.redshift.column import Column, canonical_type
from constructs_lib.redshift.declarations import check_first
from constructs_lib.redshift.schema import Schema, check_schema
from constructs_lib.redshift.sql_names import check_name
from constructs_lib.redshift.sql_runner import declare
from constructs_lib.redshift.warehouse import Warehouse
from constructs_lib.regions import check_home

MOST_COLUMNS: Final = 1_600
"""https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_usage.html"""
MOST_SORT_COLUMNS: Final = 400
UNSORTED: Final = ("super", "geometry", "geography", "hllsketch")
"""What can neither be sorted nor distributed by."""


class Distribution(Enum):
    """How the rows of a table are spread over the nodes.

    https://docs.aws.amazon.com/redshift/latest/dg/c_choosing_dist_sort.html
    """

    AUTO = "AUTO"
    """Redshift chooses, and changes its mind as the table grows."""
    EVEN = "EVEN"
    """In turn, whatever they hold."""
    ALL = "ALL"
    """Every node has all of them; for small tables that change rarely."""


@options
class DistributionKey:
    """Rows with the same value in a column are on the same node, which saves joins by it the network.

    https://docs.aws.amazon.com/redshift/latest/dg/c_best-practices-best-dist-key.html

    Args:
        column: The name of the column.
    """

    column: str


class Table(Construct):
    """A table that is made, extended and adopted by deployments, and never loses data to one.

    https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html

    A deployment adds columns, makes VARCHAR columns longer, and changes distribution, sort key, encodings and comments.
    It refuses, and says what to do by hand, where a column is not declared any more but still there, a type is another
    one, or the table has another name. A table that exists already is taken over if its columns fit; its distribution,
    sort key and encodings stay as they are until they are declared otherwise than before. Columns of the table that
    were never declared are left alone.

    Args:
        scope: The parent construct.
        id: The construct's id.
        warehouse: Where it is.
        schema: The schema, or the name of one that exists.
        name: Its name, in lower case. It is changed in SQL first, with ALTER TABLE ... RENAME TO.
        columns: Its columns, in their order; 1 to 1600. New ones come last in the table, wherever they are declared.
        distribution: How rows are spread over the nodes.
        sort_key: The columns by which rows are sorted, most selective last; None lets Redshift choose.
        comment: What it holds; None says nothing.
        lifecycle: Whether the table outlives its stack. A disposable one is dropped, unless it was taken over.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        warehouse: Warehouse,
        name: str,
        columns: Sequence[Column],
        schema: Schema | str = "public",
        distribution: Distribution | DistributionKey = Distribution.AUTO,
        sort_key: Sequence[str] | None = None,
        comment: str | None = None,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
    ) -> None:
        checks = checks_for(scope, id)
        check_home(scope, {"warehouse": warehouse}, checks)
        named = check_name("name", name, checks)
        schema_name = check_schema(schema, warehouse, checks)
        names = {"Schema": schema_name, "Name": name}
        if named:
            check_first("name", "Table", names, warehouse, checks)
        _check_columns(columns, distribution, sort_key, checks)
        checks.refuse()

        super().__init__(scope, id)
        self.warehouse = warehouse
        self.schema_name, self.relation_name = schema_name, name
        self.resource = declare(
            self,
            "Table",
            warehouse,
            {
                **names,
                "Columns": [column.declaration for column in columns],
                **_arrangement(distribution, sort_key),
                **({"Comment": comment} if comment else {}),
            },
            lifecycle=lifecycle,
            after=(schema if isinstance(schema, Schema) else None,),
        )


def _arrangement(distribution: Distribution | DistributionKey, sort_key: Sequence[str] | None) -> dict[str, Any]:
    spread = (
        {"DistributionKey": distribution.column}
        if isinstance(distribution, DistributionKey)
        else {"Distribution": distribution.value}
    )
    return {
        **spread,
        **({"SortKey": list(sort_key)} if sort_key else {}),
    }


def _check_columns(
    columns: Sequence[Column],
    distribution: Distribution | DistributionKey,
    sort_key: Sequence[str] | None,
    checks: Checks,
) -> None:
    known = {column.name: canonical_type(column.type) or "" for column in columns}
    checks.require(
        1 <= len(columns) <= MOST_COLUMNS,
        "columns",
        columns,
        given=f"{len(columns)} columns",
        allowed=f"1 to {MOST_COLUMNS}",
        advice="Redshift has no other tables.",
    )
    twice = sorted(name for name, count in Counter(column.name for column in columns).items() if count > 1)
    checks.require(
        not twice, "columns", twice, given=f"{', '.join(twice)} twice", allowed="each once", advice="Rename."
    )
    identities = [column.name for column in columns if column.identity]
    checks.require(
        len(identities) <= 1,
        "columns",
        identities,
        given=f"identity=True for {', '.join(identities)}",
        allowed="one column that Redshift counts up",
        advice="Keep one.",
    )
    if isinstance(distribution, DistributionKey):
        _check_key("distribution", [distribution.column], known, checks)
    if sort_key is not None:
        checks.require(
            1 <= len(sort_key) <= MOST_SORT_COLUMNS,
            "sort_key",
            sort_key,
            given=f"{len(sort_key)} columns",
            allowed=f"1 to {MOST_SORT_COLUMNS}, or None",
            advice="None lets Redshift choose.",
        )
        _check_key("sort_key", sort_key, known, checks)


def _check_key(option: str, key: Sequence[str], known: dict[str, str], checks: Checks) -> None:
    """Record columns of a key that the table has not, or has twice, or cannot compare."""
    comparable = [name for name, spelled in known.items() if not spelled.startswith(UNSORTED)]
    wrong = [name for name in key if name not in comparable]
    if wrong:
        advice = f"No key has a column of the types {', '.join(UNSORTED)}."
        checks.problem(option, ", ".join(map(repr, wrong)), allowed=", ".join(comparable) or "none", advice=advice)
    if len(set(key)) < len(key):
        checks.problem(option, "a column twice", allowed="each once", advice="Leave out the later one.")
