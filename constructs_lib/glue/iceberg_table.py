"""A table of Apache Iceberg, which can be written as soon as the stack stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.acknowledgements import Waivers
from constructs_lib.arns import ACCOUNT, arn
from constructs_lib.buckets import called, check_folder, claim_folder, claim_folders_above
from constructs_lib.glue.database import Database, claim_table, name_of
from constructs_lib.glue.iceberg_schema import (
    check_columns,
    check_keys,
    check_partitions,
    iceberg_schema,
    partition_spec,
)
from constructs_lib.glue.schema import Column, Schema, check_description, check_name, schema_of
from constructs_lib.lifecycle import Lifecycle, check_lasts
from constructs_lib.options import checked, checks_for
from constructs_lib.practices import glue as practices
from constructs_lib.regions import check_home


class IcebergTable(Construct):
    """A table of Apache Iceberg, of format version 2, in Parquet.

    https://docs.aws.amazon.com/glue/latest/dg/populate-otf.html

    The deployment writes the first description of the table into the bucket, and needs the right to. Columns and
    partitions may be added, renamed and taken away later: each column is known by its number, and Iceberg reads by it
    what was written before. New partitions come last, and one goes before its column. The objects stay when the table
    is deleted, but the catalog alone knows which of them are rows. Glue compacts the table and forgets old snapshots
    where it is told to, by an ``AWS::Glue::TableOptimizer`` for each; not all Regions have it.

    Args:
        scope: The parent construct.
        id: The construct's id.
        name: The name that queries use: small letters, digits and underscores.
        database: Where it is found.
        bucket: Holds the objects.
        prefix: What their keys begin with, and no others: ``orders/``.
        schema: A dataclass or a TypedDict, whose annotations become columns, or the columns themselves; each has a
            number (:class:`FieldId`), and none has parts.
        keys: The columns that tell rows apart, by which they are updated and deleted; they are required in each row.
        partitions: How rows are put together, as Iceberg computes it from columns: ``{"at": "day"}``, ``identity``,
            ``year``, ``month``, ``hour``, ``bucket[16]`` or ``truncate[4]``. Queries filter by the columns alone.
        description: What a row is; None takes the docstring of the schema.
        lifecycle: Whether the table stays in the catalog when the stack is deleted.

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
        keys: Sequence[str] = (),
        partitions: Mapping[str, str] = {},
        description: str | None = None,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
    ) -> None:
        checks = checks_for(scope, id)
        check_name("name", name, checks)
        check_home(scope, {"database": database}, checks)
        check_folder(prefix, checks, example="orders/")
        checks.require(
            prefix != "",
            "prefix",
            prefix,
            allowed="a folder of the table's own",
            advice="Write orders/: what is among its objects, and is none of its rows, may be deleted.",
        )
        described = schema_of(schema) if isinstance(schema, type) else Schema(columns=list(schema))
        columns = described.columns
        advice = "Name the columns."
        if checks.require(bool(columns), "schema", columns, given="no columns", allowed="one or more", advice=advice):
            check_columns(columns, checks)
            check_keys(keys, columns, checks)
            check_partitions(partitions, columns, checks)
        comment = description or described.description
        check_description(comment, checks)
        database_name = name_of(database)
        check_lasts({"bucket": bucket}, lifecycle, checks)
        claim_table(scope, id, database_name, name, checks)
        holder = called(bucket)
        claim_folder(scope, id, "prefix", holder, prefix, checks)
        claim_folders_above(scope, id, "prefix", holder, prefix, checks)
        waivers = Waivers({}, known=(), checks=checks, lifecycle=lifecycle, protections=[practices.ICEBERG_RETAINED])
        checks.refuse()

        super().__init__(scope, id)
        location = f"s3://{bucket.bucket_name}/{prefix}"
        table_input: dict[str, Any] = {
            "location": location,
            "schema": iceberg_schema(columns, keys),
            "partitionSpec": partition_spec(columns, partitions),
            "properties": {
                "format-version": "2",
                "write.format.default": "parquet",
                **({"comment": comment} if comment else {}),
            },
        }
        self.table = glue.CfnTable(
            self,
            "Table",
            catalog_id=ACCOUNT,
            database_name=database_name,
            name=name,
            open_table_format_input={
                "icebergInput": {
                    "metadataOperation": "CREATE",
                    "version": "2",
                    "icebergTableInput": {key: value for key, value in table_input.items() if value is not None},
                }
            },
        )
        self.table.apply_removal_policy(lifecycle.removal_policy)
        if isinstance(database, Database) and lifecycle.protected:
            database.database.apply_removal_policy(lifecycle.removal_policy)  # Its tables would go with it
        waivers.acknowledge(self.table)
        self.name = name
        self.arn = arn("glue", f"table/{database_name}/{name}")
        self.location = location
