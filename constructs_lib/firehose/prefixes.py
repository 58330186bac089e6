"""The folders that objects are written into, and the expressions in their names."""

import re
from collections.abc import Collection
from typing import Final

from constructs_lib.errors import Checks, is_token

LONGEST_PREFIX: Final = 1024
ERROR_TYPE: Final = "!{firehose:error-output-type}"
BY_DAY: Final = "!{timestamp:yyyy/MM/dd}/"
BY_HOUR: Final = "yyyy/MM/dd/HH/"
"""What Firehose adds to a prefix without a date."""
ERRORS: Final = f"errors/{ERROR_TYPE}/{BY_DAY}"

_OPENED: Final = re.compile(r"!\{[^}]*\}?")
_FILLED: Final = re.compile(r"[^/]*!\{[^}]*\}")
_EXPRESSION: Final = re.compile(r"!\{([^{}:]*):([^{}]*)\}")
_QUOTED: Final = re.compile("'[^']*'")
_FORMAT_LETTERS: Final = frozenset("GuyDMLdQqYwWEecFaBhKkHmsSAnNVvzOXxZp")
"""The letters that mean something to Java's DateTimeFormatter."""


def head(prefix: str | None) -> str:
    """Return the part of a prefix that is the same for all objects; nothing of a token is known."""
    return "" if prefix is None or is_token(prefix) else prefix.partition("!{")[0]


def folder_of(prefix: str | None) -> str:
    """Return what tells the objects under a prefix from others: its head, or all of it where names follow values."""
    if not prefix:
        return BY_HOUR
    fixed = head(prefix)
    names = _FILLED.sub("", prefix[len(fixed) :]).strip("/")
    return fixed if fixed and not names else prefix


def partitions(prefix: str | None, source: str) -> set[str]:
    """Return the keys that a prefix takes from ``Query`` or ``Lambda``."""
    return {value for name, value in _EXPRESSION.findall(prefix or "") if name == f"partitionKeyFrom{source}"}


def check_prefix(
    option: str, prefix: str | None, checks: Checks, *, queried: Collection[str] = (), transformed: bool = False
) -> None:
    """Record what Firehose would refuse in the prefix of data, or misread.

    https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html

    Args:
        option: The keyword as the caller writes it.
        prefix: What was given; None leaves it to Firehose.
        checks: Collects the problems.
        queried: The partition keys that queries extract from records.
        transformed: Whether a function returns partition keys.
    """
    if prefix is None or is_token(prefix):
        return
    allowed = {
        "timestamp": "a date format",
        "firehose": "random-string",
        **({"partitionKeyFromQuery": " or ".join(sorted(queried))} if queried else {}),
        **({"partitionKeyFromLambda": "a key that the function returns"} if transformed else {}),
    }
    _check(option, prefix, allowed, {"random-string"}, checks)
    unknown = sorted(partitions(prefix, "Query") - set(queried)) if queried else []
    checks.require(
        not unknown,
        option,
        prefix,
        given=f"partitionKeyFromQuery:{', '.join(unknown)}",
        allowed=", ".join(sorted(queried)),
        advice="Add a query for the key to partitioning, or spell it as there.",
    )


def check_error_prefix(option: str, prefix: str, data: str | None, checks: Checks) -> None:
    """Record what is wrong with the prefix of records that could not be delivered.

    Args:
        option: The keyword as the caller writes it.
        prefix: What was given.
        data: The prefix of the objects, which readers read whole.
        checks: Collects the problems.
    """
    if is_token(prefix):
        return
    known = {"timestamp": "a date format", "firehose": "error-output-type or random-string"}
    _check(option, prefix, known, {"random-string", "error-output-type"}, checks)
    checks.require(
        ERROR_TYPE in prefix,
        option,
        prefix,
        allowed=f"a prefix with {ERROR_TYPE}",
        advice="Say what failed, so that each kind of failure can be mended and sent again.",
    )
    folder = head(data)
    checks.require(
        not folder or not head(prefix).startswith(folder),
        option,
        prefix,
        given=head(prefix),
        allowed=f"a prefix outside of {folder}",
        advice="Who reads that folder would read the failures as data.",
    )


def _check(option: str, prefix: str, namespaces: dict[str, str], firehose: set[str], checks: Checks) -> None:
    checks.require(
        len(prefix) <= LONGEST_PREFIX,
        option,
        prefix,
        given=f"{len(prefix)} characters",
        allowed=f"at most {LONGEST_PREFIX}",
        advice="Shorten the prefix.",
    )
    checks.require(
        not prefix.startswith(("/", "s3://")),
        option,
        prefix,
        allowed="the name of a folder at the beginning",
        advice="Leave out the slash, and the address of the bucket, which is an option of its own.",
    )
    known = ", ".join(f"!{{{name}:{value}}}" for name, value in namespaces.items())
    wrong = [it for it in _OPENED.findall(prefix) if not _is_known(it, namespaces, firehose)]
    checks.require(
        not wrong,
        option,
        prefix,
        given=", ".join(wrong),
        allowed=f"the expressions {known}",
        advice="Write each as !{namespace:value}.",
    )
    dates = [value for name, value in _EXPRESSION.findall(prefix) if name == "timestamp"]
    _check_dates(option, prefix, dates, checks)


def _is_known(expression: str, namespaces: Collection[str], firehose: Collection[str]) -> bool:
    parts = _EXPRESSION.fullmatch(expression)
    if parts is None or not parts[2]:
        return False
    return parts[2] in firehose if parts[1] == "firehose" else parts[1] in namespaces


def _check_dates(option: str, prefix: str, formats: list[str], checks: Checks) -> None:
    """Record date formats that Java refuses, and those that are mistaken for others."""
    letters = set(_QUOTED.sub("", "".join(formats)))
    unknown = sorted(it for it in letters - _FORMAT_LETTERS if it.isalpha())
    checks.require(
        not unknown,
        option,
        prefix,
        given=f"the date format {', '.join(formats)}",
        allowed="the letters of Java's DateTimeFormatter",
        advice=f"Write yyyy/MM/dd/HH; {', '.join(unknown)} means nothing.",
    )
    mistaken = {
        "YYYY is the year of a week, wrong around New Year: write yyyy": "Y" in letters and "w" not in letters,
        "DD is the day of the year: write dd": "D" in letters and bool(letters & set("ML")),
        "mm is the minute: write MM for the month": "m" in letters and not letters & set("HhkK"),
        "hh is the hour of half a day: write HH": "h" in letters and "a" not in letters,
    }
    for advice, is_mistaken in mistaken.items():
        checks.require(
            not is_mistaken,
            option,
            prefix,
            given=f"the date format {', '.join(formats)}",
            allowed="a format that sorts by time, such as yyyy/MM/dd/HH",
            advice=f"{advice}.",
        )
