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
_RELATIVE: Final = re.compile(r"NOW(?:([+-][0-9]{1,6})(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?)?")
_DAY: Final = datetime.timedelta(days=1)
_LENGTHS: Final[Mapping[str, datetime.timedelta]] = {
    "YEAR": 365.25 * _DAY,
    "MONTH": 365.25 / 12 * _DAY,
    "WEEK": 7 * _DAY,
    "DAY": _DAY,
    "HOUR": _DAY / 24,
    "MINUTE": _DAY / 1440,
    "SECOND": _DAY / 86_400,
}
LARGEST_INTEGER: Final = 2**63 - 1


@options
class Dates:
    """Partitions by time: ``dt=2026-11-21``, ``2026/11/21/09``.

    https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html#partition-projection-date-type

    Args:
        start: The first partition: a date, a time with its zone, a text in the format, or ``NOW-3YEARS``. Queries fail
            before it comes.
        end: The last one: ``NOW``, ``NOW+1DAYS``, or what the first can be.
        format: How a partition is spelled, of yyyy, MM, dd, HH, mm and ss; Athena reads it in UTC.
        interval: How many units lie between two partitions.
        unit: The unit of the interval; None is the finest part of the format.

    Raises:
        InvalidOptionsError: The format has unknown parts, a bound is not spelled in it, or the last partition comes
            before the first.
    """

    start: datetime.date | str
    end: datetime.date | str = "NOW"
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
        bounds = {"start": self.start, "end": self.end}
        for option, bound in bounds.items() if known else ():
            self._check_bound(option, bound, checks)
        checks.refuse()
        self._check_order(checks)
        checks.refuse()

    def _check_bound(self, option: str, bound: datetime.date | str, checks: Checks) -> None:
        if isinstance(bound, datetime.datetime) and bound.tzinfo is None:
            advice = "Write datetime(2026, 1, 31, 9, tzinfo=UTC), or a date alone."
            checks.problem(option, f"{bound}, of no time zone", allowed="a time with its zone", advice=advice)
        if not isinstance(bound, str) or is_token(bound) or _RELATIVE.fullmatch(bound):
            return
        try:
            datetime.datetime.strptime(bound, self._pattern)
        except ValueError:
            allowed = f"NOW, NOW-3YEARS, or a text like {self.format}"
            advice = f"Write {datetime.datetime(2026, 1, 31).strftime(self._pattern)}."
            checks.problem(option, show(bound), allowed=allowed, advice=advice)

    def _check_order(self, checks: Checks) -> None:
        """Record a last partition before the first, and a first one that is still to come, with a day of patience."""
        if "yyyy" not in self.format or is_token(self.start) or is_token(self.end):
            return
        relative = ["NOW" in str(bound) for bound in (self.start, self.end)]
        patience = _DAY if relative[0] != relative[1] else datetime.timedelta()
        checks.require(
            self._moment(self.start) - self._moment(self.end) <= patience,
            "start",
            self.start,
            given=f"{self._spelled(self.start)}, after {self._spelled(self.end)}",
            allowed="a first partition that is not after the last",
            advice="Athena refuses queries until then: give the day of the first objects, or a later end.",
        )

    def _moment(self, bound: datetime.date | str) -> datetime.datetime:
        """Return about when a partition is, in UTC."""
        if isinstance(bound, str) and (relative := _RELATIVE.fullmatch(bound)):
            now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
            try:
                return now + int(relative[1] or 0) * _LENGTHS[relative[2] or "DAY"]
            except OverflowError:
                return datetime.datetime.min if bound.startswith("NOW-") else datetime.datetime.max
        return datetime.datetime.strptime(self._spelled(bound), self._pattern)

    def _spelled(self, bound: datetime.date | str) -> str:
        """Return a partition as the format spells it."""
        if isinstance(bound, datetime.datetime):
            bound = bound.astimezone(datetime.UTC)
        if isinstance(bound, str):
            return bound
        return bound.strftime(self._pattern.replace("%Y", f"{bound.year:04}"))  # %Y leaves out zeros before early years

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
        return {
            "type": "date",
            "range": f"{self._spelled(self.start)},{self._spelled(self.end)}",
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
        digits: How many digits each partition is spelled with, zeros in front, which is as many as the longest has or
            more; None has no zeros in front.

    Raises:
        InvalidOptionsError: The numbers are out of order, or beyond what they can be.
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
        for option, number in (("low", self.low), ("high", self.high)):
            advice = "Athena counts in 64 bits."
            checks.require_between(-LARGEST_INTEGER, number, LARGEST_INTEGER, option, advice=advice)
        checks.require(
            self.interval >= 1, "interval", self.interval, allowed="1 or more", advice="Leave it out for each."
        )
        longest = max(len(str(self.low)), len(str(self.high)))
        checks.require(
            self.digits is None or self.digits >= longest,
            "digits",
            self.digits,
            allowed=f"{longest} or more, as {max(self.low, self.high, key=lambda it: len(str(it)))} has",
            advice="Leave it out where the names of folders have no zeros in front.",
        )
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
