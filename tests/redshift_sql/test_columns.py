"""Columns that Redshift refuses, and those that it takes."""

from typing import Any

import pytest

from constructs_lib.errors import Problem
from constructs_lib.redshift import Column
from constructs_lib.redshift.column_checks import ENCODINGS, JUDGED, SYSTEM_COLUMNS
from tests.refusing import problems


@pytest.mark.parametrize(
    ("type", "default"),
    [
        ("smallint", -32_768),
        ("integer", 2_147_483_647),
        ("bigint", "-9223372036854775808"),
        ("decimal(5, 2)", 999.99),
        ("decimal(38, 0)", "1e37"),
        ("decimal(2, 2)", "-.5"),
        ("real", 1),
        ("double precision", "1.5e10"),
        ("boolean", True),
        ("boolean", "Yes"),
        ("varchar(3)", "é!"),
        ("varchar(3)", 123),
        ("char(1)", ""),
        ("date", "today"),
        ("timestamptz", "2026-11-21 12:00:00+00"),
        ("super", True),
        ("super", 1),
        ("super", "x"),
        ("varbyte(8)", "x"),
    ],
)
def test_a_default_that_fits_is_taken(type: str, default: Any) -> None:
    assert Column("a", type, default=default).default == default


@pytest.mark.parametrize(
    ("type", "spelled", "default", "shown"),
    [
        ("bigint", "bigint", "x", "'x'"),
        ("bigint", "bigint", True, "True"),
        ("bigint", "bigint", 1.5, "1.5"),
        ("bigint", "bigint", 2**63, "9223372036854775808"),
        ("smallint", "smallint", 32_768, "32768"),
        ("int", "integer", "1" * 5_000, "'111111111111...1111111111111'"),
        ("int", "integer", "٣", "'٣'"),
        ("decimal(5, 2)", "numeric(5,2)", 1000, "1000"),
        ("decimal(5, 2)", "numeric(5,2)", "much", "'much'"),
        ("decimal(5, 2)", "numeric(5,2)", "1e400", "'1e400'"),
        ("real", "real", "x", "'x'"),
        ("boolean", "boolean", "maybe", "'maybe'"),
        ("varchar(3)", "character varying(3)", "éé", "'éé'"),
        ("varchar(3)", "character varying(3)", False, "False"),
        ("char", "character(1)", "ab", "'ab'"),
        ("date", "date", 20261121, "20261121"),
        ("timestamp", "timestamp without time zone", 1.5, "1.5"),
    ],
)
def test_a_default_that_does_not_fit_is_refused(type: str, spelled: str, default: Any, shown: str) -> None:
    assert problems(lambda: Column("a", type, default=default)) == [
        Problem(
            "default",
            f"{shown} for a {spelled}",
            "a value of this type",
            "Redshift refuses the table, or every row that says nothing.",
        )
    ]


@pytest.mark.parametrize(
    ("type", "encoding", "given", "possible"),
    [
        ("varchar(9)", "AZ64", "AZ64 of a character varying", "BYTEDICT, LZO, RAW, RUNLENGTH, TEXT255, TEXT32K, ZSTD"),
        ("super", "AZ64", "AZ64 of a super", "LZO, RAW, ZSTD"),
        ("boolean", "LZO", "LZO of a boolean", "RAW, RUNLENGTH, ZSTD"),
        ("char(2)", "TEXT255", "TEXT255 of a character", "BYTEDICT, LZO, RAW, RUNLENGTH, ZSTD"),
        ("timestamptz", "DELTA", "DELTA of a timestamp with time zone", "AZ64, BYTEDICT, LZO, RAW, RUNLENGTH, ZSTD"),
        ("real", "DELTA", "DELTA of a real", "BYTEDICT, RAW, RUNLENGTH, ZSTD"),
    ],
)
def test_an_encoding_of_another_type_is_refused(type: str, encoding: Any, given: str, possible: str) -> None:
    advice = "Leave it out: Redshift chooses, and changes its mind."
    assert problems(lambda: Column("a", type, encoding=encoding)) == [Problem("encoding", given, possible, advice)]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_encoding_is_taken_where_aws_says_so_or_nothing(encoding: Any) -> None:
    sizes = {"numeric": "numeric(9, 2)", "character": "char(9)", "character varying": "varchar(9)"}
    for written in [*ENCODINGS[encoding], "time", "geometry", "varbyte(9)"]:
        assert Column("a", sizes.get(written, written), encoding=encoding).encoding == encoding


def test_every_type_has_an_encoding() -> None:
    assert {it for types in ENCODINGS.values() for it in types} == set(JUDGED)


@pytest.mark.parametrize("name", SYSTEM_COLUMNS)
def test_a_column_that_every_table_has_is_refused(name: str) -> None:
    [problem] = problems(lambda: Column(name, "bigint"))
    assert (problem.option, problem.given) == ("name", repr(name))
    assert problem.advice == "Every table has a column of this name already, which nobody sees."


def test_all_problems_of_a_column_are_said_at_once() -> None:
    found = problems(lambda: Column("oid", "bigint", default="x", encoding="TEXT255"))
    assert [it.option for it in found] == ["name", "default", "encoding"]
