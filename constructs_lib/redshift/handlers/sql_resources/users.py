"""Database users, whose password is in Secrets Manager and reaches Redshift as a hash alone."""

import json
from typing import Any

import boto3

from . import passwords, quoting
from .warehouse import RefusedError, Warehouse

Declared = dict[str, Any]


def identity(declared: Declared) -> str:
    """Return what people call it."""
    return str(declared["Name"])


def create(warehouse: Warehouse, declared: Declared) -> bool:
    """Make the user, or give the password to one that exists; tell whether it was made."""
    _spare_the_admin(warehouse, declared["Name"])
    made = not exists(warehouse, declared["Name"])
    set_password(warehouse, declared["Name"], _password(declared["SecretArn"]), made=made)
    _join(warehouse, declared, [])
    return made


def update(warehouse: Warehouse, declared: Declared, before: Declared) -> None:
    """Rename the user, set the password and change the roles."""
    old, new = before["Name"], declared["Name"]
    _spare_the_admin(warehouse, new)
    if old != new and exists(warehouse, old) and not exists(warehouse, new):
        warehouse.run(f"ALTER USER {quoting.name(old)} RENAME TO {quoting.name(new)}")
    made = not exists(warehouse, new)
    set_password(warehouse, new, _password(declared["SecretArn"]), made=made)
    _join(warehouse, declared, [] if made else before["Roles"])


def delete(warehouse: Warehouse, declared: Declared) -> None:
    """Drop the user. Redshift refuses if they own something, or still have privileges."""
    if exists(warehouse, declared["Name"]):
        _join(warehouse, {**declared, "Roles": []}, declared["Roles"])
        warehouse.run(f"DROP USER {quoting.name(declared['Name'])}")


def exists(warehouse: Warehouse, user: str) -> bool:
    """Tell whether there is a user of this name."""
    return bool(warehouse.run("SELECT 1 FROM pg_catalog.pg_user WHERE usename = :usename", usename=user))


def set_password(warehouse: Warehouse, user: str, password: str, *, made: bool) -> None:
    """Create or alter a user with a password; neither it nor its hash is shown in messages."""
    verb = "CREATE" if made else "ALTER"
    start = f"{verb} USER {quoting.name(user)} PASSWORD "
    warehouse.run(start + quoting.text(passwords.hashed(password)), shown=f"{start}'...'")


def _spare_the_admin(warehouse: Warehouse, user: str) -> None:
    """Refuse another password for the one as whom this function logs in: it would lock itself out."""
    [[admin]] = warehouse.run("SELECT current_user")
    if user == admin:
        raise RefusedError(f"{user} is the admin, whose password Redshift manages. Declare a user of another name.")


def _password(secret: str) -> str:
    value = boto3.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    return str(json.loads(value)["password"])


def _join(warehouse: Warehouse, declared: Declared, before: list[str]) -> None:
    user = quoting.name(declared["Name"])
    for role in sorted(set(before) - set(declared["Roles"])):
        warehouse.run(f"REVOKE ROLE {quoting.name(role)} FROM {user}")
    for role in sorted(set(declared["Roles"]) - set(before)):
        warehouse.run(f"GRANT ROLE {quoting.name(role)} TO {user}")
