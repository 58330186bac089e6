"""What is known of the engines of Aurora."""

import pytest

from constructs_lib.errors import Checks
from constructs_lib.rds.aurora_engines import (
    AURORA_ENGINES,
    Version,
    aurora_traits,
    aurora_version,
    has_long_term_support,
    least,
    reaches,
)
from constructs_lib.rds.engines import DEFAULT_PORTS, HIGHEST_PORT, LOWEST_PORT
from tests.rds.clusters import MYSQL, POSTGRES

MYSQL_TRAITS = AURORA_ENGINES["aurora-mysql"]
POSTGRES_TRAITS = AURORA_ENGINES["aurora-postgresql"]


@pytest.mark.parametrize("engine", AURORA_ENGINES)
def test_the_port_is_one_that_the_engine_takes(engine: str) -> None:
    traits = AURORA_ENGINES[engine]
    assert LOWEST_PORT <= traits.port <= HIGHEST_PORT
    assert traits.port not in DEFAULT_PORTS


def test_engine_and_version_are_found() -> None:
    checks = Checks(lambda: "Orders")
    assert aurora_traits(MYSQL, checks) == (MYSQL_TRAITS, (3, 11, 1))
    assert aurora_traits(POSTGRES, checks) == (POSTGRES_TRAITS, (17, 6))
    checks.refuse()


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("8.0.mysql_aurora.3.10.1", (3, 10, 1)),
        ("8.4.mysql_aurora.8.4.8", (8, 4, 8)),
        ("5.7.mysql_aurora.2.12.5", (2, 12, 5)),
        ("17.6", (17, 6)),
        ("17", (17,)),
        ("16.13-limitless", (16, 13)),
        ("latest", None),
        ("${Token[TOKEN.1]}", None),
        (None, None),
    ],
)
def test_a_version_is_read(text: str | None, version: Version | None) -> None:
    assert aurora_version(text) == version


@pytest.mark.parametrize(
    ("version", "reached"),
    [
        ((3, 7, 1), False),
        ((3, 8, 0), True),
        ((3, 10, 1), True),
        ((3,), True),
        ((2, 12, 5), False),
        ((8, 4, 7), True),
        (None, True),
    ],
)
def test_mysql_pauses_from_a_version_on(version: Version | None, reached: bool) -> None:
    assert reaches(version, MYSQL_TRAITS.auto_pause) is reached


@pytest.mark.parametrize(
    ("version", "reached"),
    [((13, 14), False), ((13, 15), True), ((15, 6), False), ((16, 3), True), ((17, 4), True), ((12, 22), False)],
)
def test_postgres_pauses_from_a_version_on(version: Version, reached: bool) -> None:
    assert reaches(version, POSTGRES_TRAITS.auto_pause) is reached


@pytest.mark.parametrize(
    ("version", "kept"),
    [((3, 10, 1), True), ((3, 4, 4), True), ((3, 1, 0), False), ((3, 11, 1), False), (None, False)],
)
def test_some_minor_versions_have_long_term_support(version: Version | None, kept: bool) -> None:
    assert has_long_term_support(MYSQL_TRAITS, version) is kept


def test_floors_read_well() -> None:
    assert least(MYSQL_TRAITS.auto_pause) == "3.8.0 or newer"


@pytest.mark.parametrize(
    ("gib", "mysql", "postgres"), [(16, 1_069, 1_802), (32, 2_069, 3_604), (128, 4_069, 5_000), (4, 108, 450)]
)
def test_connections_are_those_of_the_engines_default(gib: int, mysql: int, postgres: int) -> None:
    assert MYSQL_TRAITS.most_connections(gib * 1024**3) == mysql
    assert POSTGRES_TRAITS.most_connections(gib * 1024**3) == postgres
