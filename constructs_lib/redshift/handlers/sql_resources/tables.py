"""Tables: made, widened and extended; never emptied, narrowed or dropped while they are declared."""

from typing import Any

from . import quoting
from .warehouse import RefusedError, Warehouse

Declared = dict[str, Any]

_READ = """
SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, c.relkind
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :schema AND c.relname = :table AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""
"""A catalog that Redshift and PostgreSQL share; ``information_schema`` knows no SUPER, and spells types apart."""


def identity(declared: Declared) -> str:
    """Return what people call it."""
    return f"{declared['Schema']}.{declared['Name']}"


def create(warehouse: Warehouse, declared: Declared) -> bool:
    """Make the table, or take over one that has the declared columns; tell whether it was made."""
    existing = _read(warehouse, declared)
    if not existing:
        _make(warehouse, declared)
    else:
        _extend(warehouse, declared, existing)
    _comment(warehouse, declared, {})
    return not existing


def update(warehouse: Warehouse, declared: Declared, before: Declared) -> None:
    """Change the table as far as no data is lost or rewritten by us."""
    if identity(declared) != identity(before) and _read(warehouse, before):
        warehouse.refuse(
            [
                f"{identity(before)} is a table with data, which is not renamed or moved. Do it with ALTER TABLE ... "
                "RENAME TO, then deploy again; or declare another table under another id, and copy the rows."
            ]
        )
        return
    existing = _read(warehouse, declared)
    if not existing:
        create(warehouse, declared)
        return
    gone = [it for it in sorted(_columns(before).keys() - _columns(declared).keys()) if it in existing]
    warehouse.refuse(
        [
            f"Column {it} of {identity(declared)} is not declared any more, and still there with its data. Declare it "
            f'again; or drop it yourself with ALTER TABLE {_table(declared)} DROP COLUMN "{it}", then deploy again.'
            for it in gone
        ]
    )
    warehouse.refuse(_unalterable(declared, before))
    _extend(warehouse, declared, existing)
    _arrange(warehouse, declared, before)
    _comment(warehouse, declared, before)


def delete(warehouse: Warehouse, declared: Declared) -> None:
    """Drop the table; only that of a disposable lifecycle gets here."""
    if _read(warehouse, declared):
        warehouse.run(f"DROP TABLE {_table(declared)}")


def _table(declared: Declared) -> str:
    return quoting.name(declared["Schema"], declared["Name"])


def _columns(declared: Declared) -> dict[str, Declared]:
    return {it["Name"]: it for it in declared["Columns"]}


def _read(warehouse: Warehouse, declared: Declared) -> dict[str, tuple[str, bool]]:
    """Return the type of each column, and whether it refuses NULL; nothing if there is no such table."""
    rows = warehouse.run(_READ, schema=declared["Schema"], table=declared["Name"])
    kinds = {row[3] for row in rows}
    if kinds - {"r", "p"}:
        raise RefusedError(f"{identity(declared)} exists, and is no table. Declare the table under another name.")
    return {row[0]: (row[1].replace("varbyte", "binary varying"), bool(row[2])) for row in rows}


def _make(warehouse: Warehouse, declared: Declared) -> None:
    columns = ", ".join(_definition(it) for it in declared["Columns"])
    warehouse.run(f"CREATE TABLE {_table(declared)} ({columns}) {_distribution(declared)} {_sort_key(declared)}")


def _definition(column: Declared) -> str:
    words = [quoting.name(column["Name"]), column["Type"]]
    if "Default" in column:
        words.append(f"DEFAULT {column['Default']}")
    if column["Identity"] == "true":
        words.append("IDENTITY(1, 1)")
    if "Encoding" in column:
        words.append(f"ENCODE {column['Encoding']}")
    if column["NotNull"] == "true":
        words.append("NOT NULL")
    return " ".join(words)


def _distribution(declared: Declared) -> str:
    key = declared.get("DistributionKey")
    return f"DISTSTYLE KEY DISTKEY ({quoting.name(key)})" if key else f"DISTSTYLE {declared['Distribution']}"


def _sort_key(declared: Declared) -> str:
    key = declared.get("SortKey")
    return f"COMPOUND SORTKEY ({quoting.names(key)})" if key else "SORTKEY AUTO"


def _extend(warehouse: Warehouse, declared: Declared, existing: dict[str, tuple[str, bool]]) -> None:
    """Add the columns that are missing and widen those that are too narrow, unless another one does not fit."""
    known = {name: it for name, it in _columns(declared).items() if name in existing}
    added = [it for name, it in _columns(declared).items() if name not in existing]
    reasons = [reason for name, it in known.items() for reason in _misfit(declared, it, *existing[name])]
    reasons += [
        f"Column {it['Name']} cannot be added to {identity(declared)}, which exists: Redshift adds no IDENTITY, and "
        "NOT NULL only with a default. Leave that out."
        for it in added
        if it["Identity"] == "true" or (it["NotNull"] == "true" and "Default" not in it)
    ]
    warehouse.refuse(reasons)
    if reasons:
        return
    for it in added:
        warehouse.run(f"ALTER TABLE {_table(declared)} ADD COLUMN {_definition(it)}")
    for name, it in known.items():
        if _widens(existing[name][0], it["Type"]):
            warehouse.run(f"ALTER TABLE {_table(declared)} ALTER COLUMN {quoting.name(name)} TYPE {it['Type']}")


def _misfit(declared: Declared, column: Declared, type: str, not_null: bool) -> list[str]:
    reasons = []
    where = f"Column {column['Name']} of {identity(declared)}"
    if type != column["Type"] and not _widens(type, column["Type"]):
        reasons.append(
            f"{where} is {type}, and declared as {column['Type']}. Redshift changes no type, but for longer VARCHARs. "
            "Declare what it is; or add a column of the new type, and copy the values."
        )
    if not_null != (column["NotNull"] == "true" or column["Identity"] == "true"):
        is_now = "refuses NULL" if not_null else "accepts NULL"
        reasons.append(f"{where} {is_now}, which Redshift cannot change. Declare it so.")
    return reasons


def _widens(type: str, wanted: str) -> bool:
    old, new = _varchar(type), _varchar(wanted)
    return bool(old and new and old < new)


def _varchar(type: str) -> int:
    name, _, length = type.partition("(")
    return int(length.rstrip(")")) if name == "character varying" and length else 0


def _unalterable(declared: Declared, before: Declared) -> list[str]:
    """Return what was declared otherwise, and no statement changes."""
    old = _columns(before)
    return [
        f"{what} of column {name} of {identity(declared)} was declared otherwise, and Redshift cannot change it. "
        "Declare it as before."
        for name, it in _columns(declared).items()
        if name in old
        for what in ("Default", "Identity")
        if it.get(what) != old[name].get(what)
    ]


def _arrange(warehouse: Warehouse, declared: Declared, before: Declared) -> None:
    """Change distribution, sort key and encodings, where they are declared otherwise than before."""
    alter = f"ALTER TABLE {_table(declared)} ALTER"
    if _distribution(declared) != _distribution(before):
        key = declared.get("DistributionKey")
        style = f"KEY DISTKEY {quoting.name(key)}" if key else declared["Distribution"]
        warehouse.run(f"{alter} DISTSTYLE {style}")
    if _sort_key(declared) != _sort_key(before):
        warehouse.run(f"{alter} {_sort_key(declared)}")
    old = _columns(before)
    encodings = {name: it.get("Encoding") for name, it in _columns(declared).items() if name in old}
    if any(old[name].get("Encoding") and not it for name, it in encodings.items()):
        warehouse.run(f"{alter} ENCODE AUTO")
        old = {}
    for name, it in encodings.items():
        if it and it != old.get(name, {}).get("Encoding"):
            warehouse.run(f"{alter} COLUMN {quoting.name(name)} ENCODE {it}")


def _comment(warehouse: Warehouse, declared: Declared, before: Declared) -> None:
    """Write the comments that changed."""
    old = {name: it.get("Comment") for name, it in _columns(before).items()} if before else {}
    if declared.get("Comment") != before.get("Comment"):
        warehouse.run(f"COMMENT ON TABLE {_table(declared)} IS {_or_null(declared.get('Comment'))}")
    for name, it in _columns(declared).items():
        if it.get("Comment") != old.get(name):
            column = quoting.name(declared["Schema"], declared["Name"], name)
            warehouse.run(f"COMMENT ON COLUMN {column} IS {_or_null(it.get('Comment'))}")


def _or_null(comment: str | None) -> str:
    return quoting.text(comment) if comment else "NULL"
