"""What Athena is told of partition keys."""

import datetime
from typing import Any

import pytest

from constructs_lib import glue
from tests.refusing import problems


@pytest.mark.parametrize(
    ("format", "unit"),
    [("yyyy", "YEARS"), ("yyyy-MM", "MONTHS"), ("yyyyMMdd", "DAYS"), ("yyyy/MM/dd/HH", "HOURS"), ("HH:mm", "MINUTES")],
)
def test_the_finest_part_is_the_unit(format: str, unit: str) -> None:
    assert glue.Dates("NOW-1YEARS", format=format).properties["interval.unit"] == unit


def test_dates_are_spelled_in_the_format() -> None:
    dates = glue.Dates(datetime.date(2024, 1, 31), end="NOW+1DAYS", format="yyyy/MM/dd", interval=7, unit="DAYS")
    assert dates.properties == {
        "type": "date",
        "range": "2024/01/31,NOW+1DAYS",
        "format": "yyyy/MM/dd",
        "interval": "7",
        "interval.unit": "DAYS",
    }


def test_quoted_text_is_no_part_of_a_date() -> None:
    dates = glue.Dates(datetime.date(2024, 1, 31), format="'day='dd")
    assert dates.properties["range"] == "day=31,NOW"


def test_numbers_names_and_injected_values() -> None:
    assert glue.Integers(0, 23, digits=2).properties == {
        "type": "integer",
        "range": "0,23",
        "interval": "1",
        "digits": "2",
    }
    assert glue.Choices(["ie", "de"]).properties == {"type": "enum", "values": "ie,de"}
    assert glue.Injected().properties == {"type": "injected"}


@pytest.mark.parametrize(
    ("make", "option"),
    [
        (lambda: glue.Dates("2024-01-01", format="YYYY-mm-DD"), "format"),
        (lambda: glue.Dates("2024-01-01", format=""), "format"),
        (lambda: glue.Dates("2024/01/01"), "start"),
        (lambda: glue.Dates("2024-01-01", end="tomorrow"), "end"),
        (lambda: glue.Dates("2024-01-01", interval=0), "interval"),
        (lambda: glue.Dates(datetime.datetime(2024, 1, 1, 9)), "start"),
        (lambda: glue.Dates("NOW", end=datetime.datetime(2024, 1, 1, 9)), "end"),
        (lambda: glue.Dates("2024-01-02", end="2024-01-01"), "start"),
        (lambda: glue.Dates(datetime.date(2999, 1, 1)), "start"),
        (lambda: glue.Dates("NOW", end="NOW-1DAYS"), "start"),
        (lambda: glue.Dates("NOW-1MONTHS", end="2024-01-01"), "start"),
        (lambda: glue.Dates("NOW", end="NOW-999999YEARS"), "start"),
        (lambda: glue.Integers(2, 1), "high"),
        (lambda: glue.Integers(0, 2000, digits=2), "digits"),
        (lambda: glue.Integers(-100, 2, digits=3), "digits"),
        (lambda: glue.Integers(0, 2**63), "high"),
        (lambda: glue.Integers(1, 2, digits=0), "digits"),
        (lambda: glue.Integers(1, 2, interval=0), "interval"),
        (lambda: glue.Choices([]), "values"),
        (lambda: glue.Choices(["a", "a"]), "values"),
        (lambda: glue.Choices(["a,b"]), "values"),
    ],
)
def test_what_athena_cannot_compute_is_refused(make: Any, option: str) -> None:
    assert [problem.option for problem in problems(make)] == [option]


def test_the_format_is_shown_in_an_example() -> None:
    [problem] = problems(lambda: glue.Dates("2024/01/01"))
    assert problem.advice == "Write 2026-01-31."


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("NOW-12MONTHS", "NOW-1YEARS"),
        ("2024-01-01", datetime.date(2024, 1, 1)),
        ("NOW", "9999-12-31"),
        ("0001-01-01", "NOW"),
        ("NOW-999999YEARS", "NOW+999999YEARS"),
    ],
)
def test_a_first_partition_before_the_last_is_taken(start: Any, end: Any) -> None:
    assert glue.Dates(start, end).properties["range"] == f"{start},{end}"


def test_times_are_spelled_in_utc() -> None:
    new_york = datetime.timezone(datetime.timedelta(hours=-5))
    dates = glue.Dates(datetime.datetime(2024, 1, 31, 22, tzinfo=new_york), format="yyyy/MM/dd/HH")
    assert dates.properties["range"] == "2024/02/01/03,NOW"


def test_today_and_tomorrow_may_be_the_first_day_somewhere() -> None:
    today = datetime.datetime.now(datetime.UTC).date()
    assert glue.Dates(today + datetime.timedelta(days=1)).properties


def test_what_is_still_to_come_is_refused_with_what_to_do() -> None:
    [problem] = problems(lambda: glue.Dates(datetime.date(2999, 1, 1)))
    assert problem.given == "2999-01-01, after NOW"
    assert problem.advice.startswith("Athena refuses queries until then")


def test_as_many_digits_as_the_longest_number_are_enough() -> None:
    assert glue.Integers(0, 2000, digits=4).properties["digits"] == "4"
    [problem] = problems(lambda: glue.Integers(0, 2000, digits=2))
    assert problem.allowed == "4 or more, as 2000 has"


def test_years_have_four_digits() -> None:
    assert glue.Dates(datetime.date(987, 6, 5)).properties["range"] == "0987-06-05,NOW"
