"""A table over the objects of a bucket, which can be queried as soon as the stack stands."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.arns import ACCOUNT, arn
from constructs_lib.buckets import check_folder
from constructs_lib.errors import Checks
from constructs_lib.glue.database import Database, claim_table, name_of
from constructs_lib.glue.formats import Format
from constructs_lib.glue.partitions import Partition
from constructs_lib.glue.schema import Column, Schema, check_description, check_name, check_type, schema_of
from constructs_lib.options import checked, checks_for
from constructs_lib.regions import check_home

_PLACEHOLDER: Final = re.compile(r"\$\{([^}]*)\}")


class Table(Construct):
    """A table of the Glue Data Catalog, whose partitions Athena computes.

    https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html

    It describes objects, and goes with its stack; the objects stay. Nobody has to add partitions: those that
    ``partitions`` spans are there.

    Args:
        scope: The parent construct.
        id: The construct's id.
        name: The name that queries use: small letters, digits and underscores.
        database: Where it is found.
        bucket: Holds the objects.
        prefix: What the keys of the objects begin with: ``clicks/``; empty is the whole bucket.
        schema: A dataclass or a TypedDict, whose annotations become columns, or the columns themselves.
        partitions: The keys that are part of the objects' names, each with its values, in order; none has all objects
            read by every query.
        layout: How the keys follow the prefix: ``${day}/${hour}/``; None is ``day=${day}/hour=${hour}/``.
        format: How the objects are written.
        description: What a row is; None takes the docstring of the schema.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        database: Database | glue.IDatabase,
        bucket: s3.IBucket,
        prefix: str,
        schema: type | Sequence[Column],
        partitions: Mapping[str, Partition] = {},
        layout: str | None = None,
        format: Format = Format.PARQUET,
        description: str | None = None,
    ) -> None:
        checks = checks_for(scope, id)
        check_name("name", name, checks)
        check_home(scope, {"database": database}, checks)
        check_folder(prefix, checks)
        described = schema_of(schema) if isinstance(schema, type) else Schema(columns=list(schema))
        _check_columns(described.columns, partitions, checks)
        template = _template(partitions, layout, checks)
        comment = description or described.description
        check_description(comment, checks)
        database_name = name_of(database)
        claim_table(scope, id, database_name, name, checks)
        checks.refuse()

        super().__init__(scope, id)
        location = f"s3://{bucket.bucket_name}/{prefix}"
        self.table = glue.CfnTable(
            self,
            "Table",
            catalog_id=ACCOUNT,
            database_name=database_name,
            table_input=_input(
                name=name,
                description=comment,
                tableType="EXTERNAL_TABLE",
                parameters={
                    "EXTERNAL": "TRUE",
                    "classification": format.classification,
                    **_projection(partitions, f"{location}{template}"),
                },
                partitionKeys=[{"name": key, "type": it.type} for key, it in partitions.items()],
                storageDescriptor={
                    **format.storage,
                    "location": location,
                    "columns": [
                        {"name": it.name, "type": it.type, **({"comment": it.comment} if it.comment else {})}
                        for it in described.columns
                    ],
                },
            ),
        )
        self.name = self.table.ref
        self.arn = arn("glue", f"table/{database_name}/{self.name}")
        self.location = location


def _input(**properties: Any) -> Any:
    """Return what CloudFormation wants, without the values that nobody gave."""
    return {name: value for name, value in properties.items() if value not in (None, [])}


def _projection(partitions: Mapping[str, Partition], template: str) -> Mapping[str, str]:
    if not partitions:
        return {}
    return {
        "projection.enabled": "true",
        "storage.location.template": template,
        **{
            f"projection.{key}.{name}": value
            for key, partition in partitions.items()
            for name, value in partition.properties.items()
        },
    }


def _check_columns(columns: Sequence[Column], partitions: Mapping[str, Partition], checks: Checks) -> None:
    names = [column.name for column in columns]
    for column in columns:
        check_type(column, "schema", checks)
    checks.require(bool(names), "schema", names, given="no columns", allowed="one or more", advice="Name the columns.")
    twice = sorted({name for name in names if names.count(name) > 1})
    advice = "Rename a column."
    checks.require(not twice, "schema", twice, given=", ".join(twice), allowed="names that differ", advice=advice)
    for key in partitions:
        check_name("partitions", key, checks)
    both = [key for key in partitions if key in names]
    checks.require(
        not both,
        "partitions",
        both,
        given=f"{', '.join(both)}, which the schema has too",
        allowed="keys that are no columns",
        advice="A key is read from the object's name: take the column out of the schema, or rename the key.",
    )


def _template(partitions: Mapping[str, Partition], layout: str | None, checks: Checks) -> str:
    """Return how keys follow the prefix, and record a layout that does not name each of them once."""
    if layout is None:
        return "".join(f"{key}=${{{key}}}/" for key in partitions)
    named = _PLACEHOLDER.findall(layout)
    checks.require(
        sorted(named) == sorted(partitions) and layout.endswith("/"),
        "layout",
        layout,
        allowed=f"each of {', '.join(partitions) or 'no keys'} once, as ${{key}}, and a slash at the end",
        advice="Leave it out for key=value folders.",
    )
    return layout
