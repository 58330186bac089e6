"""The values of partition keys, which Athena computes instead of looking them up."""

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from constructs_lib.errors import Checks, is_token, show
from constructs_lib.options import options

Unit = Literal["YEARS", "MONTHS", "WEEKS", "DAYS", "HOURS", "MINUTES", "SECONDS"]

_PARTS: Final[Mapping[str, tuple[str, Unit]]] = {
    "yyyy": ("%Y", "YEARS"),
    "MM": ("%m", "MONTHS"),
    "dd": ("%d", "DAYS"),
    "HH": ("%H", "HOURS"),
    "mm": ("%M", "MINUTES"),
    "ss": ("%S", "SECONDS"),
}
"""What a format is made of, from the coarsest to the finest, and how Python spells it."""
_PART: Final = re.compile("|".join(_PARTS))
_FORMAT: Final = re.compile(rf"(?:{_PART.pattern}|[-_./: ]|'[^']*')+")
_RELATIVE: Final = re.compile(r"NOW([+-][0-9]+(YEARS?|MONTHS?|WEEKS?|DAYS?|HOURS?|MINUTES?|SECONDS?))?")


@options
class Dates:
    """Partitions by time: ``dt=2026-11-21``, ``2026/11/21/09``.

    https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html#partition-projection-date-type

    Args:
        start: The first partition: a date, a text in the format, or ``NOW-3YEARS``.
        end: The last one: ``NOW``, ``NOW+1DAYS``, or a text in the format.
        format: How a partition is spelled, of yyyy, MM, dd, HH, mm and ss; Athena reads it in UTC.
        interval: How many units lie between two partitions.
        unit: The unit of the interval; None is the finest part of the format.

    Raises:
        InvalidOptionsError: The format has unknown parts, or a bound is not spelled in it.
    """

    start: datetime.date | str
    end: str = "NOW"
    format: str = "yyyy-MM-dd"
    interval: int = 1
    unit: Unit | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Dates")
        checks.require_literal("interval", self.interval)
        parts = _PART.findall(re.sub("'[^']*'", "", self.format))
        known = checks.require(
            bool(parts) and _FORMAT.fullmatch(self.format) is not None,
            "format",
            self.format,
            allowed=", ".join(_PARTS) + " and punctuation",
            advice="Write yyyy-MM-dd or yyyy/MM/dd/HH.",
        )
        checks.refuse()
        checks.require(
            self.interval >= 1, "interval", self.interval, allowed="1 or more", advice="Leave it out for each."
        )
        for option, bound in (("start", self.start), ("end", self.end)):
            if known and isinstance(bound, str) and not _RELATIVE.fullmatch(bound):
                self._check_bound(option, bound, checks)
        checks.refuse()

    def _check_bound(self, option: str, bound: str, checks: Checks) -> None:
        try:
            datetime.datetime.strptime(bound, self._pattern)
        except ValueError:
            allowed = f"NOW, NOW-3YEARS, or a text like {self.format}"
            advice = f"Write {datetime.datetime(2026, 1, 31).strftime(self._pattern)}."
            if not is_token(bound):
                checks.problem(option, show(bound), allowed=allowed, advice=advice)

    @property
    def _pattern(self) -> str:
        quoted = re.sub("'([^']*)'", r"\1", self.format)
        return _PART.sub(lambda part: _PARTS[part[0]][0], quoted)

    @property
    def type(self) -> str:
        """The type of the column."""
        return "string"

    @property
    def properties(self) -> Mapping[str, str]:
        """What the table says of the key, after ``projection.<key>.``."""
        finest = [unit for part, (_, unit) in _PARTS.items() if part in self.format][-1]
        start = self.start.strftime(self._pattern) if isinstance(self.start, datetime.date) else self.start
        return {
            "type": "date",
            "range": f"{start},{self.end}",
            "format": self.format,
            "interval": str(self.interval),
            "interval.unit": self.unit or finest,
        }


@options
class Integers:
    """Partitions by number: ``hour=07``.

    https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html#partition-projection-integer-type

    Args:
        low: The first partition.
        high: The last one.
        interval: How far two partitions are apart.
        digits: How many digits a partition is spelled with, zeros in front; None has no zeros in front.

    Raises:
        InvalidOptionsError: The numbers are out of order, or below what they can be.
    """

    low: int
    high: int
    interval: int = 1
    digits: int | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Integers")
        for option in ("low", "high", "interval", "digits"):
            checks.require_literal(option, getattr(self, option))
        checks.refuse()
        checks.require(
            self.high >= self.low, "high", self.high, allowed=f"{self.low} or more", advice="Give the last partition."
        )
        for option, number in (("interval", self.interval), ("digits", self.digits)):
            checks.require(number is None or number >= 1, option, number, allowed="1 or more", advice="Leave it out.")
        checks.refuse()

    @property
    def type(self) -> str:
        """The type of the column."""
        return "bigint"

    @property
    def properties(self) -> Mapping[str, str]:
        """What the table says of the key, after ``projection.<key>.``."""
        digits = {} if self.digits is None else {"digits": str(self.digits)}
        return {
            "type": "integer",
            "range": f"{self.low},{self.high}",
            "interval": str(self.interval),
            **digits,
        }


@options
class Choices:
    """Partitions by name: ``country=ie``. A few dozen at most.

    https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html#partition-projection-enum-type

    Args:
        values: The partitions.

    Raises:
        InvalidOptionsError: There is none, one is there twice, or one has a comma.
    """

    values: Sequence[str]

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Choices")
        values = list(self.values)
        checks.require(
            bool(values) and len(set(values)) == len(values) and all(it and "," not in it for it in values),
            "values",
            values,
            allowed="one or more names that differ, without commas",
            advice="Athena separates them by commas.",
        )
        checks.refuse()
        object.__setattr__(self, "values", tuple(values))

    @property
    def type(self) -> str:
        """The type of the column."""
        return "string"

    @property
    def properties(self) -> Mapping[str, str]:
        """What the table says of the key, after ``projection.<key>.``."""
        return {"type": "enum", "values": ",".join(self.values)}


@options
class Injected:
    """Partitions by a name that every query has to give: ``WHERE tenant = 'a1b2'``.

    https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html#partition-projection-injected-type
    """

    @property
    def type(self) -> str:
        """The type of the column."""
        return "string"

    @property
    def properties(self) -> Mapping[str, str]:
        """What the table says of the key, after ``projection.<key>.``."""
        return {"type": "injected"}


Partition = Dates | Integers | Choices | Injected
