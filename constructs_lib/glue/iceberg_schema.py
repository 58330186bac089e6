"""Columns as Apache Iceberg describes them: by number, by its own names of types, and in hidden folders."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from constructs_lib.errors import Checks, show
from constructs_lib.glue.schema import Column

_TYPES: Final[Mapping[str, str]] = {
    "bigint": "long",
    **{
        name: name
        for name in (
            "binary",
            "boolean",
            "date",
            "double",
            "float",
            "int",
            "long",
            "string",
            "timestamp",
            "timestamptz",
        )
    },
}
"""What Iceberg calls the types of Hive; those of its own are known too."""
_DECIMAL: Final = re.compile(r"decimal\((\d+), ?(\d+)\)")
_TRANSFORM: Final = re.compile(r"(identity|year|month|day|hour)|(bucket|truncate)\[[1-9]\d{0,5}\]")
_TIMES: Final = frozenset({"timestamp", "timestamptz"})
_SOURCES: Final[Mapping[str, frozenset[str]]] = {
    **{name: _TIMES | {"date"} for name in ("year", "month", "day")},
    "hour": _TIMES,
    "bucket": _TIMES | {"binary", "date", "decimal", "int", "long", "string"},
    "truncate": frozenset({"binary", "decimal", "int", "long", "string"}),
}
"""The types that each transform can be of; identity can be of any."""
FIRST_FIELD: Final = 1000
"""The number of the first partition field."""

_NUMBER: Final = (
    "Number them from 1, and for ever: Annotated[str, glue.FieldId(1)], or glue.Column(..., id=1). A new column gets "
    "the next number."
)
_PARTS: Final = "Its parts would need numbers of their own: make them columns, or store them as JSON in a string."


def iceberg_type(kind: str) -> str | None:
    """Return what Iceberg calls a type of Hive; None for one that has parts."""
    decimal = _DECIMAL.fullmatch(kind)
    return f"decimal({decimal[1]},{decimal[2]})" if decimal else _TYPES.get(kind)


def iceberg_schema(columns: Sequence[Column], keys: Sequence[str]) -> dict[str, Any]:
    """Return the schema as CloudFormation wants it.

    Args:
        columns: The columns, each with its number.
        keys: Those that tell rows apart, which have to be there in each.
    """
    numbers = {it.name: it.id for it in columns}
    return {
        "type": "struct",
        "schemaId": 0,
        "fields": [
            {
                "id": it.id,
                "name": it.name,
                "type": iceberg_type(it.type),
                "required": it.name in keys,
                **({"doc": it.comment} if it.comment else {}),
            }
            for it in columns
        ],
        **({"identifierFieldIds": [numbers[key] for key in keys]} if keys else {}),
    }


def partition_spec(columns: Sequence[Column], partitions: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the partitions as CloudFormation wants them; None if there are none.

    Args:
        columns: The columns, each with its number.
        partitions: The transform of each column that rows are put together by.
    """
    numbers = {it.name: it.id for it in columns}
    fields = [
        {"sourceId": numbers[column], "transform": transform, "name": _named(column, transform), "fieldId": number}
        for number, (column, transform) in enumerate(partitions.items(), FIRST_FIELD)
    ]
    return {"specId": 0, "fields": fields} if fields else None


def check_columns(columns: Sequence[Column], checks: Checks) -> None:
    """Record columns that Iceberg could not tell apart, or could not store."""
    unnumbered = [it.name for it in columns if it.id is None]
    checks.require(
        not unnumbered,
        "schema",
        columns,
        given=f"no number for {', '.join(unnumbered)}",
        allowed="a number for each column",
        advice=_NUMBER,
    )
    numbers = [str(it.id) for it in columns if it.id is not None]
    for what, values in (("name", [it.name for it in columns]), ("number", numbers)):
        twice = sorted({it for it in values if values.count(it) > 1})
        given, allowed = f"the {what} {', '.join(twice)} twice", f"{what}s that differ"
        checks.require(not twice, "schema", columns, given=given, allowed=allowed, advice="Change one of them.")
    for column in columns:
        checks.require(
            iceberg_type(column.type) is not None,
            "schema",
            column,
            given=f"{column.name} of {column.type}",
            allowed=", ".join(sorted({*_TYPES, "decimal(p,s)"})),
            advice=_PARTS if "<" in column.type else "Choose one of these.",
        )


def check_keys(keys: Sequence[str], columns: Sequence[Column], checks: Checks) -> None:
    """Record keys that do not tell rows apart; one that is known only at deployment is no column."""
    types = {it.name: it.type for it in columns}
    exact = [name for name, kind in types.items() if kind not in ("double", "float")]
    checks.require(
        len(set(keys)) == len(keys) and all(it in exact for it in keys),
        "keys",
        None,
        given=show(keys),
        allowed=f"some of {', '.join(exact)}, once" if exact else "none of these columns",
        advice="Name the columns that tell rows apart; none of a floating point does.",
    )


def check_partitions(partitions: Mapping[str, str], columns: Sequence[Column], checks: Checks) -> None:
    """Record partitions that Iceberg cannot make; what is known only at deployment is no column, and no transform."""
    types = {it.name: (iceberg_type(it.type) or "").partition("(")[0] for it in columns}
    for column, transform in partitions.items():
        parts = _TRANSFORM.fullmatch(transform)
        known = checks.require(
            parts is not None,
            "partitions",
            None,
            given=show(transform),
            allowed="identity, year, month, day, hour, bucket[16] or truncate[4]",
            advice=f'Write {{"{column}": "day"}}.',
        )
        checks.require(
            column in types,
            "partitions",
            None,
            given=show(column),
            allowed=", ".join(types),
            advice="Name a column; Iceberg computes the folder from it.",
        )
        if not known or parts is None or column not in types:
            continue
        sources: Iterable[str] = _SOURCES.get(parts[1] or parts[2], types.values())
        checks.require(
            types[column] in sources,
            "partitions",
            transform,
            given=f"{transform} of {types[column]}",
            allowed=", ".join(sorted(set(sources))),
            advice=f"Choose another transform, or another column than {column}.",
        )
        checks.require(
            transform == "identity" or _named(column, transform) not in types,
            "partitions",
            column,
            given=f"{_named(column, transform)}, which is a column too",
            allowed="names that differ from those of columns",
            advice="Rename the column: Iceberg keeps the partition under that name.",
        )


def _named(column: str, transform: str) -> str:
    """Return what the values of a transform are called."""
    return column if transform == "identity" else f"{column}_{transform.partition('[')[0]}"
