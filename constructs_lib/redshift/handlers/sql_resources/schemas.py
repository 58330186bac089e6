"""Schemas: made if they are not there, and dropped only when they are empty."""

from typing import Any

from . import quoting
from .warehouse import Warehouse

Declared = dict[str, Any]


def identity(declared: Declared) -> str:
    """Return what people call it."""
    return str(declared["Name"])


def create(warehouse: Warehouse, declared: Declared) -> bool:
    """Make the schema, and tell whether it was made."""
    if exists(warehouse, declared["Name"]):
        return False
    warehouse.run(f"CREATE SCHEMA {quoting.name(declared['Name'])}")
    return True


def update(warehouse: Warehouse, declared: Declared, before: Declared) -> None:
    """Make the schema in a warehouse that took the place of another; it keeps its name."""
    if declared["Name"] != before["Name"] and exists(warehouse, before["Name"]):
        if not exists(warehouse, declared["Name"]):
            warehouse.refuse(
                [
                    f"Schema {before['Name']} is not renamed. Do it with ALTER SCHEMA ... RENAME TO, then deploy "
                    "again; or declare another one under another id."
                ]
            )
        return
    create(warehouse, declared)


def delete(warehouse: Warehouse, declared: Declared) -> None:
    """Drop the schema. Redshift refuses if something is left in it."""
    if exists(warehouse, declared["Name"]):
        warehouse.run(f"DROP SCHEMA {quoting.name(declared['Name'])}")


def exists(warehouse: Warehouse, schema: str) -> bool:
    """Tell whether there is a schema of this name."""
    return bool(warehouse.run("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = :schema", schema=schema))
