"""The types of columns, as Hive spells them and Athena reads them."""

import re
from collections.abc import Mapping
from typing import Final

MOST_DIGITS: Final = 38
"""What a decimal can have."""
LONGEST_CHAR: Final = 255
LONGEST_VARCHAR: Final = 65_535

_PLAIN: Final = (
    "bigint",
    "binary",
    "boolean",
    "date",
    "double",
    "float",
    "int",
    "smallint",
    "string",
    "timestamp",
    "tinyint",
)
TYPES: Final = f"{', '.join(_PLAIN)}, decimal(p,s), char(n), varchar(n), array<t>, map<k,v>, struct<name:t,...>"
"""https://docs.aws.amazon.com/athena/latest/ug/data-types.html"""
_MEANT: Final[Mapping[str, str]] = {
    "bool": "boolean",
    "bytes": "binary",
    "datetime": "timestamp",
    "integer": "int",
    "long": "bigint",
    "real": "float",
    "str": "string",
    "text": "string",
    "varbinary": "binary",
}
_EXAMPLES: Final[Mapping[str, str]] = {
    "array": "array<string>",
    "char": "char(2)",
    "decimal": "decimal(18,2)",
    "map": "map<string,bigint>",
    "struct": "struct<city:string,zip:string>",
    "varchar": "varchar(100)",
}
_DECIMAL: Final = re.compile(r"decimal\(([0-9]{1,5})(?:,([0-9]{1,5}))?\)")
_TEXT: Final = re.compile(r"(var)?char\(([0-9]{1,5})\)")
_COMPLEX: Final = re.compile(r"(array|map|struct)<(.+)>")
_FIELD: Final = re.compile(r"([a-z0-9_]+):(.+)")


def mistake(kind: str) -> str | None:
    """Return what is wrong with a type, and what to do; None if it is one.

    Args:
        kind: The type: ``array<struct<city:string,zip:varchar(10)>>``.
    """
    if kind in _PLAIN:
        return None
    if " " in kind:
        return f"Write it without spaces: {kind.replace(' ', '')}."
    if match := _DECIMAL.fullmatch(kind):
        digits, after_point = int(match[1]), int(match[2] or 0)
        right = 1 <= digits <= MOST_DIGITS and after_point <= digits
        return None if right else f"A decimal has 1 to {MOST_DIGITS} digits, some of them after the point: not {kind}."
    if match := _TEXT.fullmatch(kind):
        longest = LONGEST_VARCHAR if match[1] else LONGEST_CHAR
        return None if 1 <= int(match[2]) <= longest else f"Its length is 1 to {longest}: not {kind}."
    if match := _COMPLEX.fullmatch(kind):
        return _mistake_inside(match[1], match[2])
    return _unknown(kind)


def _mistake_inside(outer: str, inner: str) -> str | None:
    """Return what is wrong with the parts of an array, a map or a struct."""
    parts = _split(inner)
    if outer == "struct":
        fields = [_FIELD.fullmatch(part) for part in parts]
        known = [field for field in fields if field]
        names = [field[1] for field in known]
        if len(known) < len(parts) or len(set(names)) < len(names):
            return f"A struct has names that differ, each with its type: {_EXAMPLES['struct']}."
        parts = [field[2] for field in known]
    elif len(parts) != (2 if outer == "map" else 1):
        return f"Write {_EXAMPLES[outer]}."
    elif outer == "map" and _COMPLEX.fullmatch(parts[0]):
        return "The keys of a map are of a plain type, such as string."
    return next(filter(None, map(mistake, parts)), None)


def _split(inner: str) -> list[str]:
    """Split at the commas that are in no brackets."""
    parts, depth = [""], 0
    for sign in inner:
        depth += (sign in "<(") - (sign in ">)")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _unknown(kind: str) -> str:
    word = re.split("[<(]", kind)[0]
    if example := _EXAMPLES.get(word):
        return f"Write {example}."
    if meant := _MEANT.get(word):
        return f"{word!r} is no type: write {meant}."
    return f"{word!r} takes no brackets." if word in _PLAIN else f"{kind!r} is no type."
