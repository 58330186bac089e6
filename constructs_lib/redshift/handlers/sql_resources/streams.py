"""Streams in Redshift: an external schema that reads Kinesis, and a materialized view that keeps the records."""

from typing import Any

from . import quoting, schemas
from .grants import _RELATION
from .warehouse import RefusedError, Warehouse

Declared = dict[str, Any]

_SELECT = """
SELECT approximate_arrival_timestamp, partition_key, shard_id, sequence_number, refresh_time,
CASE WHEN CAN_JSON_PARSE(kinesis_data) THEN JSON_PARSE(kinesis_data) ELSE NULL END AS payload,
CASE WHEN NOT CAN_JSON_PARSE(kinesis_data) THEN kinesis_data ELSE NULL END AS failed_payload
"""
"""A record that is no JSON is kept as it came; to filter it out would lose it in silence."""


def identity(declared: Declared) -> str:
    """Return what people call it."""
    return f"{declared['Schema']}.{declared['View']}"


def create(warehouse: Warehouse, declared: Declared) -> bool:
    """Make the external schema and the view."""
    if _exists(warehouse, declared):
        raise RefusedError(
            f"{identity(declared)} exists. Declare the view under another name, or drop the one that is there."
        )
    if not schemas.exists(warehouse, declared["ExternalSchema"]):
        warehouse.run(
            f"CREATE EXTERNAL SCHEMA {quoting.name(declared['ExternalSchema'])} FROM KINESIS "
            f"IAM_ROLE {quoting.text(declared['RoleArn'])}"
        )
    warehouse.run(
        f"CREATE MATERIALIZED VIEW {quoting.name(declared['Schema'], declared['View'])} "
        f"SORTKEY (approximate_arrival_timestamp) AUTO REFRESH YES AS{_SELECT}"
        f"FROM {quoting.name(declared['ExternalSchema'], declared['StreamName'])}"
    )
    return True


def update(warehouse: Warehouse, declared: Declared, before: Declared) -> None:
    """Make the view if it is not there; change none that is."""
    if not _exists(warehouse, before) and not _exists(warehouse, declared):
        create(warehouse, declared)
        return
    parts = ("Schema", "View", "ExternalSchema", "StreamName", "RoleArn")
    changed = [it for it in parts if declared[it] != before[it]]
    if changed:
        warehouse.refuse(
            [
                f"{identity(before)} cannot be changed in {', '.join(changed)}: the view would be made anew, without "
                "the records that the stream has forgotten. Declare another one under another id, and remove this one "
                "when its records are not needed any more."
            ]
        )


def delete(warehouse: Warehouse, declared: Declared) -> None:
    """Drop the view and the external schema; only those of a disposable lifecycle get here."""
    if _exists(warehouse, declared):
        warehouse.run(f"DROP MATERIALIZED VIEW {quoting.name(declared['Schema'], declared['View'])}")
    if schemas.exists(warehouse, declared["ExternalSchema"]):
        warehouse.run(f"DROP SCHEMA {quoting.name(declared['ExternalSchema'])}")


def _exists(warehouse: Warehouse, declared: Declared) -> bool:
    return bool(warehouse.run(_RELATION, schema=declared["Schema"], relation=declared["View"]))
