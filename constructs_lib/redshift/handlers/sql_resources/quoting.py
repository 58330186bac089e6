"""Writes names and values into SQL so that nothing in them can be read as SQL."""

from collections.abc import Iterable


def name(*parts: str) -> str:
    """Return a name, qualified if there are several parts, in double quotes."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def names(parts: Iterable[str]) -> str:
    """Return a list of names."""
    return ", ".join(map(name, parts))


def text(value: str) -> str:
    """Return a string in single quotes; a backslash escapes in Redshift, so it is doubled."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
