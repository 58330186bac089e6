"""Schemas that are read from Python classes, without a stack."""

import datetime
import enum
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, make_dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, NewType, Optional, TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib import glue
from constructs_lib.errors import Problem
from constructs_lib.glue.hive_types import TYPES, mistake
from constructs_lib.glue.schema import ALLOWED
from tests.glue.tables import Click, Place
from tests.refusing import problems


class Colour(enum.Enum):
    """A few names."""

    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    """A few numbers."""

    LOW = 1


UserId = NewType("UserId", str)


def _type_of(hint: Any) -> str:
    [column] = glue.schema_of(make_dataclass("Row", [("value", hint)])).columns
    return column.type


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (str, "string"),
        (int, "bigint"),
        (float, "double"),
        (bool, "boolean"),
        (bytes, "binary"),
        (datetime.datetime, "timestamp"),
        (datetime.date, "date"),
        (Annotated[Decimal, glue.Precision(18, 2)], "decimal(18,2)"),
        (Annotated[Decimal, "A price.", glue.Precision(5)], "decimal(5,0)"),
        (Annotated[int, "A number."], "bigint"),
        (Optional[int], "bigint"),  # noqa: UP045
        (datetime.date | None, "date"),
        (Literal["a", "b"], "string"),
        (Literal[1, 2], "bigint"),
        (Colour, "string"),
        (Level, "bigint"),
        (UserId, "string"),
        (list[str], "array<string>"),
        (tuple[int, ...], "array<bigint>"),
        (Sequence[Place], "array<struct<city:string,longitude:double>>"),
        (dict[str, float], "map<string,double>"),
        (Mapping[str, list[int | None]], "map<string,array<bigint>>"),
        (Place, "struct<city:string,longitude:double>"),
    ],
    ids=str,
)
def test_an_annotation_becomes_a_type(hint: Any, expected: str) -> None:
    assert _type_of(hint) == expected


def test_comments_and_docstrings_describe_the_table() -> None:
    schema = glue.schema_of(Click)
    assert schema.description == "What somebody clicked on."
    assert [(it.name, it.comment) for it in schema.columns][:2] == [("page", "The address of the page."), ("at", None)]


def test_a_typed_dict_is_read() -> None:
    class Row(TypedDict, total=False):
        page: str

    assert glue.schema_of(Row) == glue.Schema(columns=[glue.Column("page", "string")])


def test_the_signature_of_a_dataclass_describes_nothing() -> None:
    assert glue.schema_of(make_dataclass("Row", [("page", str)])).description is None


@pytest.mark.parametrize(
    ("hint", "given", "advice"),
    [
        (Decimal, "Decimal", "Say how many digits: Annotated[Decimal, glue.Precision(18, 2)]."),
        (Any, "Any", "Choose a type that Athena can read."),
        (int | str, "int | str", "Choose a type that Athena can read."),
        (object, "object", "Choose a type that Athena can read."),
        (list, "list", "Choose a type that Athena can read."),
        (dict[int, str], "dict[int, str]", "Choose a type that Athena can read."),
        (tuple[int, str], "tuple[int, str]", "Choose a type that Athena can read."),
        (Literal["a", 1], "Literal['a', 1]", "Choose a type that Athena can read."),
    ],
    ids=str,
)
def test_an_annotation_is_refused_with_what_to_do(hint: Any, given: str, advice: str) -> None:
    assert problems(lambda: _type_of(hint)) == [Problem("value", given, ALLOWED, advice)]


@dataclass
class Node:
    """A row that holds its own kind."""

    children: list["Node"] = field(default_factory=list)


def test_a_row_cannot_hold_itself() -> None:
    [problem] = problems(lambda: glue.schema_of(Node))
    assert (problem.option, problem.given) == ("children", "Node")


def test_every_problem_is_named_at_once() -> None:
    inner = make_dataclass("Inner", [("Price", Decimal)])
    row = make_dataclass("Row", [("Page", str), ("place", inner), ("other", Annotated[str, "x" * 256])])
    found = problems(lambda: glue.schema_of(row))
    assert [problem.option for problem in found] == ["place.Price", "place.Price", "Page", "other"]


@pytest.mark.parametrize("given", [dict, int, "Click", None], ids=str)
def test_only_a_dataclass_or_typed_dict_is_read(given: Any) -> None:
    [problem] = problems(lambda: glue.schema_of(given))
    assert (problem.option, problem.allowed) == ("schema", "a dataclass or TypedDict")


def test_an_empty_class_describes_nothing() -> None:
    [problem] = problems(lambda: glue.schema_of(make_dataclass("Row", [])))
    assert problem.given == "no annotations"


def test_names_that_python_does_not_find_are_refused() -> None:
    [problem] = problems(lambda: glue.schema_of(make_dataclass("Row", [("page", "Nowhere")])))
    assert "Nowhere" in problem.given


@pytest.mark.parametrize(
    ("options", "option"),
    [
        ({"name": "Page", "type": "string"}, "name"),
        ({"name": "", "type": "string"}, "name"),
        ({"name": "page", "type": ""}, "type"),
        ({"name": "page", "type": "array<string"}, "type"),
        ({"name": "page", "type": "string", "comment": "two\nlines"}, "comment"),
        ({"name": "page", "type": "string", "comment": "x" * 256}, "comment"),
    ],
    ids=str,
)
def test_a_column_is_refused(options: Any, option: str) -> None:
    assert [problem.option for problem in problems(lambda: glue.Column(**options))] == [option]


@pytest.mark.parametrize(("digits", "after", "option"), [(39, 0, "digits"), (0, 0, "digits"), (5, 6, "after_point")])
def test_a_decimal_has_few_digits(digits: int, after: int, option: str) -> None:
    assert [problem.option for problem in problems(lambda: glue.Precision(digits, after))] == [option]


@pytest.mark.parametrize(
    "kind",
    [
        "bigint",
        "decimal(38,38)",
        "decimal(5)",
        "char(255)",
        "varchar(65535)",
        "array<array<int>>",
        "map<string,array<decimal(18,2)>>",
        "struct<city:string,at:struct<day:date,tags:map<int,varchar(5)>>>",
    ],
)
def test_a_type_of_athena_is_taken(kind: str) -> None:
    assert glue.Column("page", kind).type == kind


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        ("", "'' is no type."),
        ("strng", "'strng' is no type."),
        ("BIGINT", "'BIGINT' is no type."),
        ("text", "'text' is no type: write string."),
        ("integer", "'integer' is no type: write int."),
        ("bigint(5)", "'bigint' takes no brackets."),
        ("foo<int>", "'foo<int>' is no type."),
        ("decimal(50,60)", "A decimal has 1 to 38 digits, some of them after the point: not decimal(50,60)."),
        ("decimal(5,6)", "A decimal has 1 to 38 digits, some of them after the point: not decimal(5,6)."),
        ("decimal", "Write decimal(18,2)."),
        ("varchar", "Write varchar(100)."),
        ("varchar(65536)", "Its length is 1 to 65535: not varchar(65536)."),
        ("char(0)", "Its length is 1 to 255: not char(0)."),
        ("array", "Write array<string>."),
        ("array<string", "Write array<string>."),
        ("array<foo>", "'foo' is no type."),
        ("array<int,int>", "Write array<string>."),
        ("map<string>", "Write map<string,bigint>."),
        ("map<array<int>,int>", "The keys of a map are of a plain type, such as string."),
        ("struct<city>", "A struct has names that differ, each with its type: struct<city:string,zip:string>."),
        ("struct<a:int,a:int>", "A struct has names that differ, each with its type: struct<city:string,zip:string>."),
        ("struct<a:int,b:map<string,text>>", "'text' is no type: write string."),
        ("decimal(18, 2)", "Write it without spaces: decimal(18,2)."),
    ],
)
def test_a_type_that_athena_does_not_read_is_refused_with_what_to_do(kind: str, advice: str) -> None:
    assert problems(lambda: glue.Column("page", kind)) == [Problem("type", reprlib.repr(kind), TYPES, advice)]


@given(st.text(alphabet="aint<>(),: 0918struc", max_size=30))
def test_any_text_is_a_type_or_has_a_mistake(kind: str) -> None:
    assert (mistake(kind) or ".").endswith(".")
