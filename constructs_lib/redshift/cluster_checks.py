"""What a cluster cannot be, and what it cannot be at once."""

import re
from typing import Final

from constructs_lib.acknowledgements import Waivers
from constructs_lib.backup import BackupPolicy
from constructs_lib.errors import Checks
from constructs_lib.practices import redshift as practices
from constructs_lib.redshift.availability import Availability
from constructs_lib.redshift.schedule import PauseSchedule
from constructs_lib.windows import DAYS, MINUTES_A_DAY, MINUTES_A_WEEK, SHORTEST_MINUTES

MAINTENANCE: Final = "Sun:04:00-Sun:05:00"
FEWEST_BACKUP_DAYS: Final = 7

_TIME: Final = "([01][0-9]|2[0-3]):([0-5][0-9])"
_WINDOW: Final = re.compile(f"({'|'.join(DAYS)}):{_TIME}-({'|'.join(DAYS)}):{_TIME}", re.IGNORECASE)


def check_times(window: str, availability: Availability, pause: PauseSchedule | None, checks: Checks) -> None:
    """Refuse a window of another form, and a cluster in two zones that is to rest."""
    checks.require(
        SHORTEST_MINUTES <= _minutes(window) <= MINUTES_A_DAY,
        "maintenance",
        window,
        allowed=f"ddd:hh:mm-ddd:hh:mm in UTC, {SHORTEST_MINUTES} minutes to 24 hours",
        advice=f"Write {MAINTENANCE}.",
    )
    checks.require(
        pause is None or availability is not Availability.MULTI_AZ,
        "pause",
        pause,
        given="a schedule with Availability.MULTI_AZ",
        allowed="None",
        advice="Redshift pauses no cluster that runs in two zones: leave one of the two out.",
    )


def check_backup(backup: BackupPolicy, waivers: Waivers, checks: Checks) -> None:
    """Refuse snapshots that are gone before anybody looks for them, unless that is waived."""
    checks.require(
        backup.days >= FEWEST_BACKUP_DAYS or practices.BACKUP_RETENTION in waivers,
        "backup",
        backup.days,
        given=f"{backup.days:g} days",
        allowed=f"at least {FEWEST_BACKUP_DAYS} days",
        advice=f"Keep snapshots longer, or waive {practices.BACKUP_RETENTION.constant}.",
    )


def _minutes(window: str) -> int:
    """Return the length of a maintenance window; none, if it has another form."""
    match = _WINDOW.fullmatch(window)
    if match is None:
        return 0
    start, end = (
        DAYS.index(match[i].lower()) * MINUTES_A_DAY + int(match[i + 1]) * 60 + int(match[i + 2]) for i in (1, 4)
    )
    return (end - start) % MINUTES_A_WEEK
