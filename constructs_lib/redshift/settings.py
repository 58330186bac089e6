"""Constants of a cluster and a workgroup, and the checks that both have."""

import re
from typing import Final

import aws_cdk as cdk

from constructs_lib.acknowledgements import Waivers
from constructs_lib.errors import Checks
from constructs_lib.naming import as_tag
from constructs_lib.practices.practice import Practice
from constructs_lib.redshift.reserved_words import RESERVED_WORDS

DATABASE_NAME: Final = "warehouse"
ADMIN_USERNAME: Final = "dbadmin"
PORT: Final = 5433
DEFAULT_PORT: Final = 5439
PORTS: Final = ((5431, 5455), (8191, 8215))
"""https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateCluster.html"""
LOGS: Final = ("connectionlog", "useractivitylog", "userlog")
"""https://docs.aws.amazon.com/redshift/latest/mgmt/db-auditing.html"""
LONGEST_TAG: Final = 255
"""Redshift takes one character less than other services."""

_GUESSED: Final = ("admin", "administrator", "awsuser", "master", "public", "root")
_RESERVED: Final = ("dev", "padb_harvest", "postgres", "public", "sample_data_dev", "template0", "template1")
_DATABASE_NAME: Final = re.compile("[a-z][a-z0-9_]{0,63}")
_USERNAME: Final = re.compile("[a-z][a-z0-9_+.@-]{0,127}")


def check_names(database: str, admin: str, checks: Checks) -> None:
    """Refuse names that Redshift does not take, and those that everybody can guess."""
    checks.require(
        _DATABASE_NAME.fullmatch(database) is not None and database not in _RESERVED,
        "database_name",
        database,
        allowed=f"1 to 64 lower-case letters, digits and underscores, a letter first; not {', '.join(_RESERVED)}",
        advice=f"Leave it out for {DATABASE_NAME}.",
    )
    for option, name, default in (
        ("database_name", database, DATABASE_NAME),
        ("admin_username", admin, ADMIN_USERNAME),
    ):
        checks.require(
            name not in RESERVED_WORDS,
            option,
            name,
            allowed="no reserved word of SQL",
            advice=f"Leave it out for {default}.",
        )
    checks.require(
        _USERNAME.fullmatch(admin) is not None and admin not in _GUESSED,
        "admin_username",
        admin,
        allowed=f"1 to 128 lower-case letters, digits and _+.@-, a letter first; not {', '.join(_GUESSED)}",
        advice=f"Leave it out for {ADMIN_USERNAME}.",
    )


def check_port(port: int, practice: Practice, waivers: Waivers, checks: Checks) -> None:
    """Refuse a port that Redshift or a practice does not want."""
    if not checks.require_literal("port", port):
        return
    advice = f"Leave it out for {PORT}"
    checks.require(
        any(low <= port <= high for low, high in PORTS),
        "port",
        port,
        allowed=" or ".join(f"{low} to {high}" for low, high in PORTS),
        advice=f"{advice}.",
    )
    checks.require(
        port != DEFAULT_PORT or practice in waivers,
        "port",
        port,
        allowed="a port that is not Redshift's default",
        advice=f"{advice}, or waive {practice.constant}.",
    )


def name_tag(path: str) -> list[cdk.CfnTag]:
    """Return the tag that tells in the console which construct a resource belongs to."""
    return [cdk.CfnTag(key="Name", value=as_tag(path)[:LONGEST_TAG])]


def check_days(option: str, period: cdk.Duration, low: int, high: int, advice: str, checks: Checks) -> int:
    """Return a period in days; refuse parts of a day, tokens, and what is out of range."""
    if not checks.require_literal(option, period):
        return low
    days = period.to_days(integral=False)
    whole = checks.require(not days % 1, option, days, given=f"{days:g} days", allowed="whole days", advice=advice)
    if whole:
        checks.require_between(low, days, high, option, unit="days", advice=advice)
    return int(days)
