"""The AWS Glue Data Catalog: constructs and their options."""

from constructs_lib.glue.catalog_encryption import CatalogEncryption
from constructs_lib.glue.database import Database
from constructs_lib.glue.formats import Format
from constructs_lib.glue.iceberg_table import IcebergTable
from constructs_lib.glue.partitions import Choices, Dates, Injected, Integers
from constructs_lib.glue.schema import Column, FieldId, Precision, Schema, schema_of
from constructs_lib.glue.table import Table

__all__ = [
    "CatalogEncryption",
    "Choices",
    "Column",
    "Database",
    "Dates",
    "FieldId",
    "Format",
    "IcebergTable",
    "Injected",
    "Integers",
    "Precision",
    "Schema",
    "Table",
    "schema_of",
]
