"""Privileges: granted, changed by what differs, and revoked when they are not declared any more."""

from typing import Any

from . import quoting, roles, users
from .warehouse import Warehouse

Declared = dict[str, Any]

_RELATION = """
SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :schema AND c.relname = :relation
"""


def identity(declared: Declared) -> str:
    """Return what people call it."""
    return f"{_object(declared)} to {declared['GranteeName']}"


def create(warehouse: Warehouse, declared: Declared) -> bool:
    """Grant the privileges; granting twice is granting once."""
    _grant(warehouse, declared, declared["Privileges"])
    return True


def update(warehouse: Warehouse, declared: Declared, before: Declared) -> None:
    """Grant what is new; then revoke what is not declared any more."""
    _grant(warehouse, declared, declared["Privileges"])
    same = all(declared.get(it) == before.get(it) for it in ("Grantee", "GranteeName", "Schema", "Relation"))
    kept = declared["Privileges"] if same else []
    _revoke(warehouse, before, [it for it in before["Privileges"] if it not in kept])


def delete(warehouse: Warehouse, declared: Declared) -> None:
    """Revoke the privileges."""
    _revoke(warehouse, declared, declared["Privileges"])


def _object(declared: Declared) -> str:
    relation = declared.get("Relation")
    if relation:
        return f"TABLE {quoting.name(declared['Schema'], relation)}"
    return f"SCHEMA {quoting.name(declared['Schema'])}"


def _grantee(declared: Declared) -> str:
    role = "ROLE " if declared["Grantee"] == "ROLE" else ""
    return role + quoting.name(declared["GranteeName"])


def _grant(warehouse: Warehouse, declared: Declared, privileges: list[str]) -> None:
    warehouse.run(f"GRANT {', '.join(privileges)} ON {_object(declared)} TO {_grantee(declared)}")


def _revoke(warehouse: Warehouse, declared: Declared, privileges: list[str]) -> None:
    """Revoke, unless the object or the grantee is gone, and the privileges with it."""
    if privileges and _exists(warehouse, declared):
        warehouse.run(f"REVOKE {', '.join(privileges)} ON {_object(declared)} FROM {_grantee(declared)}")


def _exists(warehouse: Warehouse, declared: Declared) -> bool:
    known = roles.exists if declared["Grantee"] == "ROLE" else users.exists
    if not known(warehouse, declared["GranteeName"]):
        return False
    if not declared.get("Relation"):
        query = "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = :schema"
        return bool(warehouse.run(query, schema=declared["Schema"]))
    return bool(warehouse.run(_RELATION, schema=declared["Schema"], relation=declared["Relation"]))
