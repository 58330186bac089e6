"""Database roles: what privileges are granted to."""

from typing import Any

from . import quoting
from .warehouse import Warehouse

Declared = dict[str, Any]


def identity(declared: Declared) -> str:
    """Return what people call it."""
    return str(declared["Name"])


def create(warehouse: Warehouse, declared: Declared) -> bool:
    """Make the role, and tell whether it was made."""
    if exists(warehouse, declared["Name"]):
        return False
    warehouse.run(f"CREATE ROLE {quoting.name(declared['Name'])}")
    return True


def update(warehouse: Warehouse, declared: Declared, before: Declared) -> None:
    """Rename the role, with all that was granted to it."""
    old, new = before["Name"], declared["Name"]
    if old != new and exists(warehouse, old) and not exists(warehouse, new):
        warehouse.run(f"ALTER ROLE {quoting.name(old)} RENAME TO {quoting.name(new)}")
    create(warehouse, declared)


def delete(warehouse: Warehouse, declared: Declared) -> None:
    """Drop the role. Redshift refuses if somebody still has it, or it still has privileges."""
    if exists(warehouse, declared["Name"]):
        warehouse.run(f"DROP ROLE {quoting.name(declared['Name'])}")


def exists(warehouse: Warehouse, role: str) -> bool:
    """Tell whether there is a role of this name."""
    return bool(warehouse.run("SELECT 1 FROM svv_roles WHERE role_name = :role", role=role))
