"""A column of a table, and the types that Redshift has."""

import math
import re
from collections.abc import Mapping
from typing import Any, Final, Literal

from constructs_lib.errors import Checks, is_token, show
from constructs_lib.options import options
from constructs_lib.redshift.column_checks import SYSTEM_COLUMNS, check_default, check_encoding
from constructs_lib.redshift.handlers.sql_resources import quoting
from constructs_lib.redshift.sql_names import check_name

Encoding = Literal[
    "AZ64",
    "BYTEDICT",
    "DELTA",
    "DELTA32K",
    "LZO",
    "MOSTLY8",
    "MOSTLY16",
    "MOSTLY32",
    "RAW",
    "RUNLENGTH",
    "TEXT255",
    "TEXT32K",
    "ZSTD",
]

PLAIN: Final[Mapping[str, str]] = {
    "bigint": "bigint",
    "bool": "boolean",
    "boolean": "boolean",
    "date": "date",
    "double precision": "double precision",
    "float": "double precision",
    "float4": "real",
    "float8": "double precision",
    "geography": "geography",
    "geometry": "geometry",
    "hllsketch": "hllsketch",
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "integer": "integer",
    "real": "real",
    "smallint": "smallint",
    "super": "super",
    "time": "time without time zone",
    "time with time zone": "time with time zone",
    "time without time zone": "time without time zone",
    "timestamp": "timestamp without time zone",
    "timestamp with time zone": "timestamp with time zone",
    "timestamp without time zone": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "timetz": "time with time zone",
}
"""Types without a length, as they may be written, and as the catalog of Redshift spells them.

https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html
"""

SIZED: Final[Mapping[str, tuple[str, int, int]]] = {
    "binary varying": ("binary varying", 64_000, 16_777_216),
    "char": ("character", 1, 4_096),
    "character": ("character", 1, 4_096),
    "character varying": ("character varying", 256, 65_535),
    "nchar": ("character", 1, 4_096),
    "nvarchar": ("character varying", 256, 65_535),
    "varbinary": ("binary varying", 64_000, 16_777_216),
    "varbyte": ("binary varying", 64_000, 16_777_216),
    "varchar": ("character varying", 256, 65_535),
}
"""Types with a length: how the catalog spells them, the length that Redshift takes if none is said, and the longest.

https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
https://docs.aws.amazon.com/redshift/latest/dg/r_VARBYTE_type.html
"""

MOST_DIGITS: Final = 38
MOST_DECIMALS: Final = 37
DEFAULT_DIGITS: Final = 18
"""https://docs.aws.amazon.com/redshift/latest/dg/r_Numeric_types201.html"""

_TYPE: Final = re.compile(r"([a-z][a-z0-9 ]*?) ?(?:\( ?(\d+|max) ?(?:, ?(\d+) ?)?\))?")
_COUNTED: Final = ("bigint", "integer")
_ALLOWED: Final = (
    "smallint, integer, bigint, decimal(p, s), real, double precision, boolean, char(n), varchar(n), date, time, "
    "timetz, timestamp, timestamptz, super, varbyte(n), geometry, geography, hllsketch"
)


@options
class Column:
    """One column of a table.

    https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html

    Args:
        name: Its name, in lower case.
        type: Its type as SQL writes it: ``bigint``, ``decimal(12, 2)``, ``varchar(256)``. Lengths are bytes. The type
            ``text`` is refused, because Redshift makes VARCHAR(256) of it.
        not_null: Whether it refuses NULL.
        default: What it holds where a row says nothing; None is NULL. A string, number or boolean, no expression.
        identity: Whether Redshift counts it up from 1; for ``integer`` and ``bigint``.
        encoding: How it is compressed; None lets Redshift choose, and change its mind.
        comment: What it means; None says nothing.

    Raises:
        InvalidOptionsError: The name or type is none, or the options contradict each other.
    """

    name: str
    type: str
    not_null: bool = False
    default: str | int | float | bool | None = None
    identity: bool = False
    encoding: Encoding | None = None
    comment: str | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Column")
        if check_name("name", self.name, checks):
            checks.require(
                self.name not in SYSTEM_COLUMNS,
                "name",
                self.name,
                allowed=f"another than {', '.join(SYSTEM_COLUMNS)}",
                advice="Every table has a column of this name already, which nobody sees.",
            )
        spelled = canonical_type(self.type)
        if spelled is None:
            given = "a value known only at deployment" if is_token(self.type) else show(self.type)
            checks.problem("type", given, allowed=_ALLOWED, advice=_advice(self.type))
        if self.default is not None:
            self._check_default(spelled, checks)
        if spelled and self.encoding:
            check_encoding(spelled, self.encoding, checks)
        if self.identity:
            checks.require(
                spelled is None or spelled in _COUNTED,
                "identity",
                self.identity,
                given=f"identity of a {self.type}",
                allowed=" or ".join(_COUNTED),
                advice="Redshift counts in whole numbers.",
            )
            checks.require(
                self.default is None,
                "default",
                self.default,
                given="a default of an identity",
                allowed="None with identity=True",
                advice="Redshift counts, or takes the default.",
            )
        checks.refuse()

    def _check_default(self, spelled: str | None, checks: Checks) -> None:
        if is_token(self.default):
            advice = "Write the value: it becomes part of the table."
            checks.problem("default", "a value known only at deployment", allowed="a literal", advice=advice)
        elif isinstance(self.default, float) and not math.isfinite(self.default):
            checks.problem("default", show(self.default), allowed="a finite number", advice="Leave it out for NULL.")
        elif spelled and self.default is not None:
            check_default(spelled, self.default, checks)

    @property
    def declaration(self) -> dict[str, Any]:
        """The column as the function that runs SQL reads it."""
        return {
            "Name": self.name,
            "Type": canonical_type(self.type),
            "NotNull": str(self.not_null).lower(),
            "Identity": str(self.identity).lower(),
            **({"Default": _literal(self.default)} if self.default is not None else {}),
            **({"Encoding": self.encoding} if self.encoding else {}),
            **({"Comment": self.comment} if self.comment else {}),
        }


def canonical_type(written: str) -> str | None:
    """Return a type as the catalog of Redshift spells it; None if there is no such type.

    Args:
        written: The type as SQL writes it.
    """
    match = _TYPE.fullmatch(" ".join(written.lower().split()))
    if match is None:
        return None
    name, size, decimals = match.groups()
    if name in ("decimal", "numeric"):
        return _decimal(size, decimals)
    if name in PLAIN:
        return PLAIN[name] if size is None else None
    if name not in SIZED or decimals is not None:
        return None
    spelled, length, longest = SIZED[name]
    length = longest if size == "max" else int(size or length)
    return f"{spelled}({length})" if 1 <= length <= longest else None


def _decimal(size: str | None, decimals: str | None) -> str | None:
    if size == "max":
        return None
    digits, fraction = int(size or DEFAULT_DIGITS), int(decimals or 0)
    fits = 1 <= digits <= MOST_DIGITS and fraction <= min(digits, MOST_DECIMALS)
    return f"numeric({digits},{fraction})" if fits else None


def _advice(written: str) -> str:
    if written.strip().lower() in ("text", "bpchar", "string"):
        return "Say how many bytes it may have: varchar(256), at most varchar(65535)."
    return "char has at most 4096 bytes, varchar 65535, varbyte 16777216, and decimal 38 digits."


def _literal(value: str | int | float | bool) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return quoting.text(value) if isinstance(value, str) else str(value)
