"""Which tables a zero-ETL integration replicates."""

import re
from typing import Final

from constructs_lib.errors import Checks, is_token
from constructs_lib.rds.aurora_engines import AuroraTraits

MOST_PATTERNS: Final = 99
LONGEST_PATTERN: Final = 256
LONGEST_FILTER: Final = 25_600

_CHARACTERS: Final = re.compile(r'[a-zA-Z0-9_ "\\\-$,*.:?+/]*')
_NAME: Final = r'"[\w$-]+"|[\w$-]+'
_PART: Final = rf"(?:/(?:\\.|[^/\\])+/|{_NAME}|\*)"
_FILTER: Final = re.compile(
    rf"(?P<type>include|exclude): *(?P<pattern>{_PART}(?:\.{_PART})*) *(?:, *(?=\S)|\Z)", re.ASCII
)
_PARTS: Final = re.compile(_PART, re.ASCII)
_NAMED: Final = re.compile(_NAME, re.ASCII)

Filter = tuple[str, list[str]]
"""``include`` or ``exclude``, and the parts of the pattern."""


def check_data_filter(text: str | None, traits: AuroraTraits, checks: Checks) -> None:
    """Refuse a filter that cannot be read, or that leaves nothing to replicate.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/zero-etl.filtering.html
    """
    advice = f'Write data_filter="include: shop{".*" * traits.table_name.count(".")}".'
    if text is None:
        checks.require(
            not traits.names_databases,
            "data_filter",
            None,
            given="nothing",
            allowed="a filter that names a database, with Aurora PostgreSQL",
            advice=advice,
        )
    elif not is_token(text):
        filters, rest = _read(text)
        readable = checks.require(
            bool(filters) and not rest and _CHARACTERS.fullmatch(text) is not None,
            "data_filter",
            rest or text,
            allowed=f"include: {traits.table_name} or exclude: {traits.table_name}, with commas between; names, * and "
            "regular expressions between slashes",
            advice=advice,
        )
        if readable:
            _check_patterns(text, filters, traits, advice, checks)


def _read(text: str) -> tuple[list[Filter], str]:
    """Return what could be read, and the rest."""
    filters: list[Filter] = []
    position = 0
    while match := _FILTER.match(text, position):
        filters.append((match["type"], _PARTS.findall(match["pattern"])))
        position = match.end()
    return filters, text[position:]


def _check_patterns(text: str, filters: list[Filter], traits: AuroraTraits, advice: str, checks: Checks) -> None:
    patterns = [".".join(parts) for _, parts in filters]
    depth = traits.table_name.count(".") + 1
    for pattern, (_, parts) in zip(patterns, filters, strict=True):
        checks.require(
            len(parts) == depth and len(pattern) <= LONGEST_PATTERN,
            "data_filter",
            pattern,
            allowed=f"{traits.table_name}, in up to {LONGEST_PATTERN} characters",
            advice=advice,
        )
        checks.require(
            not traits.names_databases or not parts[0].startswith("/"),
            "data_filter",
            pattern,
            allowed="regular expressions for schemas and tables, not for databases",
            advice="Write one pattern for each database.",
        )
    checks.require(
        len(filters) <= MOST_PATTERNS and len(text) <= LONGEST_FILTER,
        "data_filter",
        text,
        given=f"{len(filters)} patterns in {len(text)} characters",
        allowed=f"at most {MOST_PATTERNS} patterns in {LONGEST_FILTER} characters",
        advice="Write regular expressions between slashes.",
    )
    included = [parts[0] for kind, parts in filters if kind == "include"]
    checks.require(
        any(_NAMED.fullmatch(database) or not traits.names_databases for database in included),
        "data_filter",
        text,
        allowed="at least one include" + (" that names its database" if traits.names_databases else ""),
        advice=f"Nothing is replicated that no pattern includes. {advice}",
    )
