"""What stacks declare inside one warehouse, each thing once."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from constructs import Construct

from constructs_lib.errors import Checks
from constructs_lib.redshift.warehouse import Warehouse

ADVICE: Final = "Of two, one would undo the other: leave this one out, and pass the first where it is needed."


def check_first(option: str, kind: str, declaration: Mapping[str, Any], warehouse: Warehouse, checks: Checks) -> None:
    """Record a problem with what is declared in the warehouse already.

    Args:
        option: The keyword that names it.
        kind: What it is: ``Table``.
        declaration: As much of what the function reads as names it.
        warehouse: Where it is declared.
        checks: Collects the problem.
    """
    for thing in _things(kind, declaration):
        if thing in warehouse.declared:
            where = warehouse.declared[thing].node.path
            given = f"{' '.join(thing)}, which {where} declares"
            checks.problem(option, given, allowed="what nothing else declares", advice=ADVICE)


def record(scope: Construct, kind: str, declaration: Mapping[str, Any], warehouse: Warehouse) -> None:
    """Remember where something is declared."""
    for thing in _things(kind, declaration):
        warehouse.declared.setdefault(thing, scope)


def _things(kind: str, declaration: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield what a declaration makes, by names that nothing else in the database may have.

    Tables and views share their names, and so do roles and users.
    """
    match kind, declaration:
        case "Table", {"Schema": schema, "Name": name}:
            yield "relation", f"{schema}.{name}"
        case "StreamingIngestion", {"Schema": schema, "View": view, "ExternalSchema": external}:
            yield "relation", f"{schema}.{view}"
            yield "schema", external
        case "Schema", {"Name": name}:
            yield "schema", name
        case "Role" | "User", {"Name": name}:
            yield "role or user", name
        case "Grant", {"GranteeName": name, "Schema": schema, "Privileges": privileges}:
            what = f"{schema}.{declaration['Relation']}" if "Relation" in declaration else f"schema {schema}"
            for privilege in privileges:
                yield privilege, "on", what, "to", name
