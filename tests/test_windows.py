"""Backup and maintenance windows, which must not overlap."""

from typing import Any

import pytest

from constructs_lib.errors import Problem
from constructs_lib.windows import Windows
from tests.refusing import problems


@pytest.mark.parametrize(
    ("backup", "maintenance"),
    [
        ("02:00-03:00", "Sun:04:00-Sun:05:00"),
        ("02:00-02:30", "sun:04:00-sun:04:30"),
        ("23:30-00:30", "Tue:01:00-Tue:02:00"),
        ("03:00-04:00", "Sun:04:00-Sun:05:00"),
        ("05:00-06:00", "Sun:04:00-Sun:05:00"),
        ("01:00-23:00", "Sun:23:00-Mon:01:00"),
        ("00:30-01:00", "Sun:23:30-Mon:00:30"),
        ("12:00-12:30", "Sun:23:30-Mon:00:30"),
    ],
)
def test_windows_that_do_not_touch_are_taken(backup: str, maintenance: str) -> None:
    windows = Windows(backup=backup, maintenance=maintenance)
    assert (windows.backup, windows.maintenance) == (backup, maintenance)


@pytest.mark.parametrize(
    ("backup", "maintenance"),
    [
        ("04:30-05:30", "Sun:04:00-Sun:05:00"),
        ("03:30-04:30", "Sun:04:00-Sun:05:00"),
        ("04:00-05:00", "Wed:04:00-Wed:05:00"),
        ("03:00-06:00", "Wed:04:00-Wed:05:00"),
        ("23:30-00:30", "Tue:00:00-Tue:01:00"),
        ("23:30-00:30", "Mon:23:00-Mon:23:45"),
        ("00:00-01:00", "Sun:23:30-Mon:00:30"),
        ("23:00-00:00", "Sun:23:30-Mon:00:30"),
        ("12:00-13:00", "Mon:00:00-Wed:00:00"),
    ],
)
def test_windows_that_overlap_are_refused(backup: str, maintenance: str) -> None:
    expected = Problem("backup", repr(backup), f"a window outside maintenance {maintenance}", "Move one of the two.")
    assert problems(lambda: Windows(backup=backup, maintenance=maintenance)) == [expected]


@pytest.mark.parametrize(
    "backup", ["3-4", "02:00", "24:00-01:00", "02:60-03:00", "Sun:02:00-Sun:03:00", "", " 02:00-03:00"]
)
def test_a_backup_window_of_another_form_is_refused(backup: str) -> None:
    expected = Problem("backup", repr(backup), "hh:mm-hh:mm in UTC", "Write 02:00-03:00.")
    assert problems(lambda: Windows(backup=backup)) == [expected]


@pytest.mark.parametrize(
    "maintenance", ["04:00-05:00", "Son:04:00-Son:05:00", "Sun:04:00-05:00", "Sun:25:00-Sun:26:00"]
)
def test_a_maintenance_window_of_another_form_is_refused(maintenance: str) -> None:
    expected = Problem("maintenance", repr(maintenance), "ddd:hh:mm-ddd:hh:mm in UTC", "Write Sun:04:00-Sun:05:00.")
    assert problems(lambda: Windows(maintenance=maintenance)) == [expected]


@pytest.mark.parametrize(
    "given", [{"backup": "02:00-02:29"}, {"backup": "02:00-02:00"}, {"maintenance": "Sun:04:00-Sun:04:29"}]
)
def test_a_window_of_less_than_half_an_hour_is_refused(given: dict[str, Any]) -> None:
    [(option, text)] = given.items()
    expected = Problem(option, repr(text), "at least 30 minutes", "Widen the window.")
    assert problems(lambda: Windows(**given)) == [expected]


def test_both_windows_are_judged_at_once() -> None:
    found = problems(lambda: Windows(backup="soon", maintenance="later"))
    assert [problem.option for problem in found] == ["backup", "maintenance"]


@pytest.mark.parametrize(
    ("backup", "maintenance", "hour"),
    [
        ("02:00-03:00", "Sun:04:00-Sun:05:00", 5),
        ("05:00-06:00", "Sun:02:00-Sun:03:00", 6),
        ("05:30-06:30", "Sun:02:00-Sun:03:00", 7),
        ("02:00-03:00", "Sun:05:00-Sun:06:00", 6),
        ("06:00-07:00", "Sun:02:00-Sun:03:00", 7),
        ("23:00-05:30", "Sun:06:00-Sun:07:00", 7),
    ],
)
def test_recovery_points_are_taken_at_an_hour_that_no_window_touches(backup: str, maintenance: str, hour: int) -> None:
    """AWS Backup starts no snapshot in a window, nor in the hour before it."""
    assert Windows(backup=backup, maintenance=maintenance).free_hour(5) == hour


def test_an_hour_is_found_however_little_is_free() -> None:
    assert Windows(backup="02:00-01:00", maintenance="Sun:01:10-Sun:01:40").free_hour(5) in range(24)
