"""The hours in which a service may back up and maintain a store."""

import re
from typing import Final, cast

from constructs_lib.errors import Checks
from constructs_lib.options import options

MINUTES_A_DAY: Final = 24 * 60
MINUTES_A_WEEK: Final = 7 * MINUTES_A_DAY
SHORTEST_MINUTES: Final = 30
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = "([01][0-9]|2[0-3]):([0-5][0-9])"
_BACKUP = re.compile(f"{_TIME}-{_TIME}")
_MAINTENANCE = re.compile(f"({'|'.join(DAYS)}):{_TIME}-({'|'.join(DAYS)}):{_TIME}", re.IGNORECASE)


@options
class Windows:
    """When the service backs up and maintains a store, in UTC. The two must not overlap.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Maintenance.html

    Args:
        backup: The daily backup window, ``hh:mm-hh:mm``, of at least 30 minutes.
        maintenance: The weekly maintenance window, ``ddd:hh:mm-ddd:hh:mm``, of at least 30 minutes.

    Raises:
        InvalidOptionsError: A window has the wrong form, is too short, or overlaps the other.
    """

    backup: str = "02:00-03:00"
    maintenance: str = "Sun:04:00-Sun:05:00"

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Windows")
        backup, maintenance = _BACKUP.fullmatch(self.backup), _MAINTENANCE.fullmatch(self.maintenance)
        checks.require(
            backup is not None,
            "backup",
            self.backup,
            allowed="hh:mm-hh:mm in UTC",
            advice="Write 02:00-03:00.",
        )
        checks.require(
            maintenance is not None,
            "maintenance",
            self.maintenance,
            allowed="ddd:hh:mm-ddd:hh:mm in UTC",
            advice="Write Sun:04:00-Sun:05:00.",
        )
        if backup and maintenance:
            self._check_times(checks, _backup_minutes(backup), _maintenance_minutes(maintenance))
        checks.refuse()

    def free_hour(self, preferred: int) -> int:
        """Return the preferred hour of the day, or the next that neither window touches on any day.

        AWS Backup does not start a snapshot in these windows, nor in the hour before them.
        https://docs.aws.amazon.com/aws-backup/latest/devguide/troubleshooting.html
        """
        busy = [_backup_minutes(cast("re.Match[str]", _BACKUP.fullmatch(self.backup)))]
        start, length = _maintenance_minutes(cast("re.Match[str]", _MAINTENANCE.fullmatch(self.maintenance)))
        busy.append((start % MINUTES_A_DAY, min(length, MINUTES_A_DAY)))
        hours = ((preferred + step) % 24 for step in range(24))
        free = (
            hour
            for hour in hours
            if not any(_overlap(hour * 60, 60, begin - 60, length + 60, cycle=MINUTES_A_DAY) for begin, length in busy)
        )
        return next(free, preferred)

    def _check_times(self, checks: Checks, backup: tuple[int, int], maintenance: tuple[int, int]) -> None:
        for option, text, (_, length) in (
            ("backup", self.backup, backup),
            ("maintenance", self.maintenance, maintenance),
        ):
            checks.require(
                length >= SHORTEST_MINUTES,
                option,
                text,
                allowed=f"at least {SHORTEST_MINUTES} minutes",
                advice="Widen the window.",
            )
        start, length = maintenance
        overlaps = any(
            _overlap(start, length, day * MINUTES_A_DAY + backup[0], backup[1], cycle=MINUTES_A_WEEK)
            for day in range(len(DAYS))
        )
        checks.require(
            not overlaps,
            "backup",
            self.backup,
            allowed=f"a window outside maintenance {self.maintenance}",
            advice="Move one of the two.",
        )


def _backup_minutes(match: re.Match[str]) -> tuple[int, int]:
    start, end = (int(match[i]) * 60 + int(match[i + 1]) for i in (1, 3))
    return start, (end - start) % MINUTES_A_DAY


def _maintenance_minutes(match: re.Match[str]) -> tuple[int, int]:
    start, end = (
        DAYS.index(match[i].lower()) * MINUTES_A_DAY + int(match[i + 1]) * 60 + int(match[i + 2]) for i in (1, 4)
    )
    return start, (end - start) % MINUTES_A_WEEK


def _overlap(start: int, length: int, other: int, other_length: int, *, cycle: int) -> bool:
    """Tell whether two stretches of a day or week, which goes round, have a minute in common."""
    return (other - start) % cycle < length or (start - other) % cycle < other_length
