"""What a column cannot be called, hold or be compressed with."""

import re
from collections.abc import Mapping
from typing import Final

from constructs_lib.errors import Checks, show

SYSTEM_COLUMNS: Final = ("cmax", "cmin", "ctid", "oid", "tableoid", "xmax", "xmin")
"""Columns that every table has already."""

_WHOLE: Final = ("smallint", "integer", "bigint")
_COUNTED: Final = (*_WHOLE, "numeric")
_FLOATING: Final = ("real", "double precision")
_TIMES: Final = ("date", "timestamp without time zone")
_ZONED: Final = (*_TIMES, "timestamp with time zone")
_TEXTS: Final = ("character", "character varying")
JUDGED: Final = (*_COUNTED, *_FLOATING, *_ZONED, *_TEXTS, "boolean", "super")
"""Types of which AWS says how they may be compressed; of the others it says nothing."""
ENCODINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "AZ64": (*_COUNTED, *_ZONED),
    "BYTEDICT": (*_COUNTED, *_FLOATING, *_TEXTS, *_ZONED),
    "DELTA": (*_COUNTED, *_TIMES),
    "DELTA32K": ("integer", "bigint", "numeric", *_TIMES),
    "LZO": (*_COUNTED, *_TEXTS, *_ZONED, "super"),
    "MOSTLY8": _COUNTED,
    "MOSTLY16": ("integer", "bigint", "numeric"),
    "MOSTLY32": ("bigint", "numeric"),
    "RAW": JUDGED,
    "RUNLENGTH": (*_COUNTED, *_FLOATING, "boolean", *_TEXTS, *_ZONED),
    "TEXT255": ("character varying",),
    "TEXT32K": ("character varying",),
    "ZSTD": JUDGED,
}
"""https://docs.aws.amazon.com/redshift/latest/dg/c_Compression_encodings.html"""

BITS: Final[Mapping[str, int]] = {"smallint": 16, "integer": 32, "bigint": 64}
"""https://docs.aws.amazon.com/redshift/latest/dg/r_Numeric_types201.html"""
_BOOLEANS: Final = ("true", "t", "yes", "y", "1", "false", "f", "no", "n", "0")
"""https://docs.aws.amazon.com/redshift/latest/dg/r_Boolean_type.html"""
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.ASCII | re.IGNORECASE)
_SIZE: Final = re.compile(r"(.+)\(([0-9]+)(?:,([0-9]+))?\)")


def check_encoding(type: str, encoding: str, checks: Checks) -> None:
    """Record a problem with an encoding that the type does not have.

    Args:
        type: The type as the catalog spells it.
        encoding: The encoding.
        checks: Collects the problem.
    """
    name = type.partition("(")[0]
    possible = [encoding for encoding, types in ENCODINGS.items() if name in types]
    checks.require(
        encoding in possible or name not in JUDGED,
        "encoding",
        encoding,
        given=f"{encoding} of a {name}",
        allowed=", ".join(possible),
        advice="Leave it out: Redshift chooses, and changes its mind.",
    )


def check_default(type: str, default: str | float | bool, checks: Checks) -> None:
    """Record a problem with a default that the type does not hold; texts for dates and times are not judged.

    Args:
        type: The type as the catalog spells it.
        default: What the column holds where a row says nothing.
        checks: Collects the problem.
    """
    checks.require(
        _holds(type, default),
        "default",
        default,
        given=f"{show(default)} for a {type}",
        allowed="a value of this type",
        advice="Redshift refuses the table, or every row that says nothing.",
    )


def _holds(type: str, default: str | float | bool) -> bool:
    sized = _SIZE.fullmatch(type)
    name = sized[1] if sized else type
    if isinstance(default, bool):
        return name in ("boolean", "super")
    text = str(default).strip()
    if name in BITS:
        most = 2 ** (BITS[name] - 1)
        return re.fullmatch("[+-]?[0-9]+", text, re.ASCII) is not None and -most <= _whole(text) < most
    if name == "numeric" and sized:
        whole = int(sized[2]) - int(sized[3])
        return _NUMBER.fullmatch(text) is not None and abs(float(text)) < 10.0**whole
    if name in _FLOATING:
        return _NUMBER.fullmatch(text) is not None
    if name == "boolean":
        return text.lower() in _BOOLEANS
    if name in _TEXTS and sized:
        return len(str(default).encode()) <= int(sized[2])
    return isinstance(default, str) or not name.startswith(("date", "time"))


def _whole(text: str) -> int:
    """Return a whole number; Python itself refuses those of thousands of digits."""
    return int(text) if len(text) < 30 else 2**64
