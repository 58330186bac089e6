"""Columnar formats that JSON records are converted to, by the schema of a table in Glue."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Final, Literal

import aws_cdk as cdk
from aws_cdk import aws_glue as glue
from aws_cdk import aws_kinesisfirehose as firehose

from constructs_lib.errors import Checks
from constructs_lib.options import options

LEAST_BLOCK_MIB: Final = 64
LEAST_PAGE_KIB: Final = 64
LEAST_STRIPE_MIB: Final = 8
LARGEST_MIB: Final = 2047
"""Sizes are written in bytes, as a 32-bit number."""
_NAME: Final = re.compile(r"\S{1,1024}")

_Stream = firehose.CfnDeliveryStream


@options
class OpenXJson:
    """JSON that is read by the OpenX SerDe.

    https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-concepts.html

    Args:
        case_insensitive: Whether keys are lower-cased, as the columns of Glue are.
        dots_to_underscores: Whether ``a.b`` is read as the column ``a_b``.
        columns: The JSON key of each column that is called otherwise: ``{"ts": "timestamp"}``.
    """

    case_insensitive: bool = True
    dots_to_underscores: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def deserializer(self) -> firehose.CfnDeliveryStream.DeserializerProperty:
        """What reads the records."""
        return _Stream.DeserializerProperty(
            open_x_json_ser_de=_Stream.OpenXJsonSerDeProperty(
                case_insensitive=self.case_insensitive,
                convert_dots_in_json_keys_to_underscores=self.dots_to_underscores,
                column_to_json_key_mappings=dict(self.columns) or None,
            )
        )


@options
class HiveJson:
    """JSON that is read by Hive's own SerDe, which knows formats of time.

    https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-concepts.html

    Args:
        timestamp_formats: The patterns of Joda-Time that times are tried with, or ``millis``; empty reads
            ``yyyy-MM-dd HH:mm:ss`` alone.
    """

    timestamp_formats: Sequence[str] = ()

    @property
    def deserializer(self) -> firehose.CfnDeliveryStream.DeserializerProperty:
        """What reads the records."""
        formats = list(self.timestamp_formats) or None
        return _Stream.DeserializerProperty(
            hive_json_ser_de=_Stream.HiveJsonSerDeProperty(timestamp_formats=formats),
        )


@options
class TableName:
    """A table of Glue that is known by its name, in the delivery stream's account and Region.

    https://docs.aws.amazon.com/glue/latest/dg/tables-described.html

    Args:
        database: The database's name.
        table: The table's name.

    Raises:
        InvalidOptionsError: A name is empty, or has spaces.
    """

    database: str
    table: str

    def __post_init__(self) -> None:
        checks = Checks(lambda: "TableName")
        for option, name in (("database", self.database), ("table", self.table)):
            named = _NAME.fullmatch(name) is not None
            checks.require(named, option, name, allowed="a name without spaces", advice="Write it as Glue does.")
        checks.refuse()


def _check_least(values: Sequence[tuple[str, cdk.Size | None, int, str]], checks: Checks) -> None:
    for option, size, least, unit in values:
        if size is not None and checks.require_literal(option, size):
            kib = unit == "KiB"
            value = size.to_kibibytes() if kib else size.to_mebibytes()
            most = LARGEST_MIB * 1024 if kib else LARGEST_MIB
            advice = "Leave it out for the default of the format."
            checks.require_between(least, value, most, option, unit=unit, advice=advice)


def _bytes(size: cdk.Size | None) -> int | None:
    return int(size.to_bytes()) if size else None


@options
class Parquet:
    """Apache Parquet, which queries read a column at a time.

    https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html

    Args:
        table: The table whose columns are written, in its latest version.
        input: How the JSON of records is read.
        compression: SNAPPY is read faster, GZIP is smaller.
        block_size: The size of an HDFS block, 64 MiB or more; None is 256 MiB.
        page_size: The size of a page, 64 KiB or more; None is 1 MiB.

    Raises:
        InvalidOptionsError: A size is too small.
    """

    table: glue.TableBase | glue.CfnTable | TableName
    input: OpenXJson | HiveJson = OpenXJson()
    compression: Literal["SNAPPY", "GZIP", "UNCOMPRESSED"] = "SNAPPY"
    block_size: cdk.Size | None = None
    page_size: cdk.Size | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Parquet")
        sizes = (
            ("block_size", self.block_size, LEAST_BLOCK_MIB, "MiB"),
            ("page_size", self.page_size, LEAST_PAGE_KIB, "KiB"),
        )
        _check_least(sizes, checks)
        checks.refuse()

    @property
    def serializer(self) -> firehose.CfnDeliveryStream.SerializerProperty:
        """What writes the objects."""
        return _Stream.SerializerProperty(
            parquet_ser_de=_Stream.ParquetSerDeProperty(
                compression=self.compression,
                block_size_bytes=_bytes(self.block_size),
                page_size_bytes=_bytes(self.page_size),
            )
        )


@options
class Orc:
    """Apache ORC, which queries of Hive read a column at a time.

    https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html

    Args:
        table: The table whose columns are written, in its latest version.
        input: How the JSON of records is read.
        compression: SNAPPY is read faster, ZLIB is smaller.
        block_size: The size of an HDFS block, 64 MiB or more; None is 256 MiB.
        stripe_size: The size of a stripe, 8 MiB or more; None is 64 MiB.
        bloom_filter_columns: The columns by which queries look for single values.

    Raises:
        InvalidOptionsError: A size is too small.
    """

    table: glue.TableBase | glue.CfnTable | TableName
    input: OpenXJson | HiveJson = OpenXJson()
    compression: Literal["SNAPPY", "ZLIB", "NONE"] = "SNAPPY"
    block_size: cdk.Size | None = None
    stripe_size: cdk.Size | None = None
    bloom_filter_columns: Sequence[str] = ()

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Orc")
        sizes = (
            ("block_size", self.block_size, LEAST_BLOCK_MIB, "MiB"),
            ("stripe_size", self.stripe_size, LEAST_STRIPE_MIB, "MiB"),
        )
        _check_least(sizes, checks)
        checks.refuse()

    @property
    def serializer(self) -> firehose.CfnDeliveryStream.SerializerProperty:
        """What writes the objects."""
        return _Stream.SerializerProperty(
            orc_ser_de=_Stream.OrcSerDeProperty(
                compression=self.compression,
                block_size_bytes=_bytes(self.block_size),
                stripe_size_bytes=_bytes(self.stripe_size),
                bloom_filter_columns=list(self.bloom_filter_columns) or None,
            )
        )


def names_of(table: glue.TableBase | glue.CfnTable | TableName) -> TableName:
    """Return the names of a table and of its database."""
    match table:
        case TableName():
            return table
        case glue.CfnTable():
            return TableName(database=table.database_name, table=table.name or table.ref)
    known: Any = table
    return TableName(database=known.database.database_name, table=known.table_name)
