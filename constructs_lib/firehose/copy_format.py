"""How COPY reads the objects that a delivery stream has written."""

import re
from collections.abc import Sequence
from typing import Final

from constructs_lib.errors import Checks, is_token
from constructs_lib.options import options

_PATHS: Final = re.compile(r"s3://[a-z0-9.\-]{3,63}/[^']+")
_UNQUOTED: Final = re.compile("[^']+")


def _check_quoted(option: str, text: str | None, checks: Checks) -> None:
    checks.require(
        text is None or _UNQUOTED.fullmatch(text) is not None,
        option,
        text,
        allowed="one character or more, without a quotation mark",
        advice="It stands in quotation marks in the COPY command.",
    )


def _common(truncate_columns: bool, time_format: str | None) -> list[str]:
    options = ["TRUNCATECOLUMNS"] if truncate_columns else []
    return [*options, f"TIMEFORMAT '{time_format}'"] if time_format else options


@options
class JsonCopy:
    """Records that are JSON objects.

    https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html

    Args:
        paths: The object in S3 that says which value belongs to which column, ``s3://bucket/paths.json``; None takes
            the value whose key is the column's name.
        ignore_case: Whether keys match columns in any case; only without paths.
        time_format: How times are written, ``YYYY-MM-DDTHH:MI:SS`` or ``epochmillisecs``; ``auto`` knows many forms.
        truncate_columns: Whether texts that are too long for their column are cut, instead of refused.

    Raises:
        InvalidOptionsError: Paths are no address in S3, or stand beside ignore_case.
    """

    paths: str | None = None
    ignore_case: bool = False
    time_format: str | None = "auto"
    truncate_columns: bool = False

    def __post_init__(self) -> None:
        checks = Checks(lambda: "JsonCopy")
        checks.require(
            self.paths is None or _PATHS.fullmatch(self.paths) is not None,
            "paths",
            self.paths,
            allowed="None, or an address in S3",
            advice='Write "s3://bucket/paths.json".',
        )
        checks.require(
            not (self.ignore_case and self.paths),
            "ignore_case",
            self.ignore_case,
            allowed="False with paths",
            advice="Paths name keys as they are.",
        )
        _check_quoted("time_format", self.time_format, checks)
        checks.refuse()

    @property
    def copy_options(self) -> list[str]:
        """The words of the COPY command."""
        how = self.paths or ("auto ignorecase" if self.ignore_case else "auto")
        return [f"JSON '{how}'", *_common(self.truncate_columns, self.time_format)]

    @property
    def objects(self) -> Sequence[str]:
        """What COPY reads in S3 besides the records: bucket and key."""
        return [self.paths.removeprefix("s3://")] if self.paths and not is_token(self.paths) else []


@options
class CsvCopy:
    """Records that are lines of comma-separated values.

    https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html#copy-csv

    Args:
        delimiter: The character between values.
        null_as: The text that stands for no value; None takes an empty one for text, and none for other types.
        time_format: How times are written, ``YYYY-MM-DDTHH:MI:SS`` or ``epochmillisecs``; ``auto`` knows many forms.
        truncate_columns: Whether texts that are too long for their column are cut, instead of refused.

    Raises:
        InvalidOptionsError: The delimiter is not one character, or a text has a quotation mark.
    """

    delimiter: str = ","
    null_as: str | None = None
    time_format: str | None = "auto"
    truncate_columns: bool = False

    def __post_init__(self) -> None:
        checks = Checks(lambda: "CsvCopy")
        checks.require(
            len(self.delimiter) == 1 and self.delimiter.isascii() and self.delimiter != "'",
            "delimiter",
            self.delimiter,
            allowed="one character of ASCII",
            advice='Write "|" or ",".',
        )
        _check_quoted("null_as", self.null_as, checks)
        _check_quoted("time_format", self.time_format, checks)
        checks.refuse()

    @property
    def copy_options(self) -> list[str]:
        """The words of the COPY command."""
        null = [f"NULL AS '{self.null_as}'"] if self.null_as else []
        return [f"CSV DELIMITER '{self.delimiter}'", *null, *_common(self.truncate_columns, self.time_format)]

    @property
    def objects(self) -> Sequence[str]:
        """What COPY reads in S3 besides the records."""
        return ()
