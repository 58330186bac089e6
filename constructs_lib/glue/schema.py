"""Columns of a table, written down or read from the annotations of a Python class."""

import datetime
import decimal
import enum
import inspect
import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from typing import Annotated, Any, Final, Literal, NewType, Union, get_args, get_origin, get_type_hints, is_typeddict

from constructs_lib.errors import Checks, is_token
from constructs_lib.glue.hive_types import MOST_DIGITS, TYPES, mistake
from constructs_lib.options import options

LONGEST_NAME: Final = 255
LONGEST_COMMENT: Final = 255
LONGEST_DESCRIPTION: Final = 2048

_NAME: Final = re.compile("[a-z0-9_]+")
_PLAIN: Final[Mapping[Any, str]] = {
    str: "string",
    int: "bigint",
    float: "double",
    bool: "boolean",
    bytes: "binary",
    datetime.datetime: "timestamp",
    datetime.date: "date",
}
ALLOWED: Final = (
    "str, int, float, bool, bytes, datetime, date, Annotated[Decimal, glue.Precision(...)], Literal, Enum, "
    "list[...], dict[str, ...], a dataclass or TypedDict, each or None"
)


@options
class Precision:
    """The digits of a decimal: ``Annotated[Decimal, glue.Precision(18, 2)]``.

    https://docs.aws.amazon.com/athena/latest/ug/data-types.html

    Args:
        digits: All of them: 1 to 38.
        after_point: Those after the point.

    Raises:
        InvalidOptionsError: A number is out of range.
    """

    digits: int
    after_point: int = 0

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Precision")
        for option in ("digits", "after_point"):
            checks.require_literal(option, getattr(self, option))
        checks.refuse()
        checks.require_between(1, self.digits, MOST_DIGITS, "digits", advice="Store longer numbers as text.")
        checks.require_between(0, self.after_point, self.digits, "after_point", advice="They are part of the digits.")
        checks.refuse()


@options
class FieldId:
    """The number of a column of Iceberg, by which it is known whatever its name: ``Annotated[str, glue.FieldId(1)]``.

    https://iceberg.apache.org/spec/#schemas-and-data-types

    Args:
        number: 1 or more; that of a column that is gone is never given to another.

    Raises:
        InvalidOptionsError: The number is below 1, or known only at deployment.
    """

    number: int

    def __post_init__(self) -> None:
        checks = Checks(lambda: "FieldId")
        if checks.require_literal("number", self.number):
            checks.require(self.number >= 1, "number", self.number, allowed="1 or more", advice="Count from 1.")
        checks.refuse()


@options
class Column:
    """A column, where no Python class describes the table.

    https://docs.aws.amazon.com/athena/latest/ug/data-types.html

    Args:
        name: Its name: small letters, digits and underscores.
        type: Its type as Hive spells it, without spaces: ``bigint``, ``decimal(18,2)``, ``array<string>``,
            ``struct<city:string,zip:varchar(10)>``.
        comment: What it means; None says nothing.
        id: Its number in a table of Iceberg, whose types are Iceberg's; other tables need none.

    Raises:
        InvalidOptionsError: The name or the comment is none that Glue takes, or the type none that Athena reads.
    """

    name: str
    type: str
    comment: str | None = None
    id: int | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Column")
        check_name("name", self.name, checks)
        if self.id is None:
            check_type(self, "type", checks)
        _check_comment("comment", self.comment, checks)
        if self.id is not None and checks.require_literal("id", self.id):
            checks.require(self.id >= 1, "id", self.id, allowed="1 or more", advice="Count from 1.")
        checks.refuse()


def check_type(column: Column, option: str, checks: Checks) -> None:
    """Record a type that Athena does not read; tables of Iceberg have types of their own.

    Args:
        column: The column.
        option: The keyword as the caller writes it.
        checks: Collects the problem.
    """
    wrong = None if is_token(column.type) else mistake(column.type)
    checks.require(wrong is None, option, column.type, allowed=TYPES, advice=wrong or "")


@options
class Schema:
    """What is in a table.

    Args:
        columns: The columns, in order.
        description: What a row is; None says nothing.
    """

    columns: Sequence[Column]
    description: str | None = None


def check_name(option: str, name: str, checks: Checks) -> None:
    """Record a name that Athena could only be asked for in quotes, or not at all.

    Args:
        option: The keyword as the caller writes it.
        name: The name of a database, a table or a column.
        checks: Collects the problem.
    """
    checks.require(
        _NAME.fullmatch(name) is not None and len(name) <= LONGEST_NAME,
        option,
        name,
        allowed=f"1 to {LONGEST_NAME} small letters, digits and underscores",
        advice="Rename it: Athena knows no capital letters.",
    )


def _check_comment(option: str, comment: str | None, checks: Checks) -> None:
    allowed = f"at most {LONGEST_COMMENT} characters in one line"
    checks.require(
        comment is None or (len(comment) <= LONGEST_COMMENT and "\n" not in comment),
        option,
        comment,
        allowed=allowed,
        advice="Say it in a sentence.",
    )


def check_description(description: str | None, checks: Checks) -> None:
    """Record a description that Glue would refuse.

    https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-common.html

    Args:
        description: What is said of a database or of a table, which may be taken from a docstring.
        checks: Collects the problem.
    """
    checks.require(
        description is None or len(description) <= LONGEST_DESCRIPTION,
        "description",
        description,
        given=f"{len(description or '')} characters",
        allowed=f"at most {LONGEST_DESCRIPTION}",
        advice="Say it shorter.",
    )


def schema_of(described: Any) -> Schema:
    """Read a schema from the annotations of a dataclass or a TypedDict.

    ``Annotated[str, "The page."]`` comments a column, and the docstring describes the table.

    https://docs.aws.amazon.com/athena/latest/ug/data-types.html

    Args:
        described: The class.

    Raises:
        InvalidOptionsError: It is no such class, or some annotations cannot be stored; it names all of them.
    """
    checks = Checks(lambda: getattr(described, "__name__", "schema"))
    if not _is_record(described):
        checks.problem("schema", str(described), allowed="a dataclass or TypedDict", advice="Decorate it: @dataclass.")
        checks.refuse()
    hints = _hints(described, "schema", checks)
    if not hints and not checks.failed:
        checks.problem("schema", "no annotations", allowed="one or more", advice="Write name: str.")
    fields = {name: (_type(hint, name, (described,), checks), _comment(hint)) for name, hint in hints.items()}
    for name, (_, comment) in fields.items():
        check_name(name, name, checks)
        _check_comment(name, comment, checks)
    checks.refuse()
    columns = [Column(name, kind, comment, _field_id(hints[name])) for name, (kind, comment) in fields.items()]
    return Schema(columns=columns, description=_description(described))


def _is_record(hint: Any) -> bool:
    return inspect.isclass(hint) and (is_dataclass(hint) or is_typeddict(hint))


def _hints(record: Any, option: str, checks: Checks) -> Mapping[str, Any]:
    try:
        return get_type_hints(record, include_extras=True)
    except (NameError, TypeError) as error:
        advice = "Define the classes that annotations name at the top of a module."
        checks.problem(option, str(error), allowed="annotations that Python can read", advice=advice)
        return {}


def _description(record: Any) -> str | None:
    """Return the first line of the docstring, but not the signature that a dataclass gets for one."""
    text = record.__doc__ or ""
    return None if text.startswith(f"{record.__name__}(") else (text.strip().splitlines() or [None])[0]


def _comment(hint: Any) -> str | None:
    if get_origin(hint) is Annotated:
        return next((it for it in hint.__metadata__ if isinstance(it, str)), None)
    return None


def _field_id(hint: Any) -> int | None:
    return next((it.number for it in getattr(hint, "__metadata__", ()) if isinstance(it, FieldId)), None)


def _type(hint: Any, path: str, outer: tuple[Any, ...], checks: Checks) -> str:
    """Return the type of Hive for an annotation, and record one that has none."""
    if get_origin(hint) is Annotated:
        precision = next((it for it in hint.__metadata__ if isinstance(it, Precision)), None)
        inner = get_args(hint)[0]
        if precision and inner is decimal.Decimal:
            return f"decimal({precision.digits},{precision.after_point})"
        return _type(inner, path, outer, checks)
    if isinstance(hint, NewType):
        return _type(hint.__supertype__, path, outer, checks)
    members = [it for it in get_args(hint) if it is not types.NoneType]
    if get_origin(hint) in (Union, types.UnionType) and len(members) == 1:
        return _type(members[0], path, outer, checks)
    if kind := _plain(hint):
        return kind
    if kind := _container(hint, path, outer, checks):
        return kind
    if _is_record(hint) and hint not in outer:
        return _struct(hint, path, outer, checks)
    checks.problem(path, _spelled(hint), allowed=ALLOWED, advice=_advice(hint, outer))
    return "string"


def _plain(hint: Any) -> str | None:
    """Return the type of one value, and of a few values that are of one type."""
    values = get_args(hint) if get_origin(hint) is Literal else _values(hint)
    kinds = {type(value) for value in values} or {hint}
    return _PLAIN.get(kinds.pop()) if len(kinds) == 1 and all(isinstance(kind, type) for kind in kinds) else None


def _container(hint: Any, path: str, outer: tuple[Any, ...], checks: Checks) -> str | None:
    origin, arguments = get_origin(hint), get_args(hint)
    if not isinstance(origin, type):
        return None
    if issubclass(origin, Mapping) and arguments[0] is str:
        return f"map<string,{_type(arguments[1], path, outer, checks)}>"
    if issubclass(origin, Sequence) and (len(arguments) == 1 or arguments[1:] == (...,)):
        return f"array<{_type(arguments[0], path, outer, checks)}>"
    return None


def _values(hint: Any) -> Sequence[Any]:
    return [it.value for it in hint] if inspect.isclass(hint) and issubclass(hint, enum.Enum) else []


def _struct(record: Any, path: str, outer: tuple[Any, ...], checks: Checks) -> str:
    fields = []
    for name, hint in _hints(record, path, checks).items():
        check_name(f"{path}.{name}", name, checks)
        fields.append(f"{name}:{_type(hint, f'{path}.{name}', (*outer, record), checks)}")
    return f"struct<{','.join(fields)}>"


def _spelled(hint: Any) -> str:
    return hint.__name__ if inspect.isclass(hint) and get_origin(hint) is None else str(hint).replace("typing.", "")


def _advice(hint: Any, outer: tuple[Any, ...]) -> str:
    if hint is decimal.Decimal:
        return "Say how many digits: Annotated[Decimal, glue.Precision(18, 2)]."
    if hint in outer:
        return "A row cannot hold rows of its own kind: store their keys."
    return "Choose a type that Athena can read."
