"""Data filters of zero-ETL integrations."""

import pytest

from constructs_lib.errors import Checks, Problem
from constructs_lib.rds.aurora_engines import AURORA_ENGINES
from constructs_lib.rds.data_filter import check_data_filter
from tests.refusing import problems


def found(engine: str, text: str | None) -> list[Problem]:
    """Return what is wrong with a filter."""

    def check() -> None:
        checks = Checks(lambda: "Integration")
        check_data_filter(text, AURORA_ENGINES[f"aurora-{engine}"], checks)
        checks.refuse()

    return problems(check)


@pytest.mark.parametrize(
    ("engine", "text"),
    [
        ("mysql", None),
        ("mysql", "include: *.*"),
        ("mysql", "include: *.*, exclude: *.mystery"),
        ("mysql", "include: books.stephen_king, include: books.carolyn_keene"),
        ("mysql", r"include: books.*, exclude: books./.*mystery.*/, exclude:books./table_\d+/"),
        ("mysql", 'include: /shop_.*/./t,1/,include: "my-shop".orders$1'),
        ("postgresql", "include: books.*.*"),
        ("postgresql", "include: books.mystery.stephen_king, include: employee.finance.benefits"),
        ("postgresql", "include: books.*./table_.*/, exclude: books.*.table_stephen_king"),
        ("postgresql", "include: books.*.*, exclude: books./sci.*/.*"),
        ("postgresql", "include: books.*.*, exclude: *.*.secrets"),
        ("mysql", ", ".join(["include: shop.orders"] * 99)),
        ("mysql", f"include: shop.{'x' * 251}"),
    ],
)
def test_a_filter_is_accepted(engine: str, text: str | None) -> None:
    checks = Checks(lambda: "Integration")
    check_data_filter(text, AURORA_ENGINES[f"aurora-{engine}"], checks)
    assert not checks.failed


@pytest.mark.parametrize(
    ("engine", "text", "given", "allowed"),
    [
        ("postgresql", None, "nothing", "a filter that names a database, with Aurora PostgreSQL"),
        ("mysql", "", "''", "include: database.table or exclude: database.table, with commas"),
        ("mysql", "shop.orders", "'shop.orders'", "include: database.table"),
        ("mysql", "Include: shop.orders", "'Include: shop.orders'", "include: database.table"),
        ("mysql", "include: shop.orders, shop.items", "'shop.items'", "include: database.table"),
        ("mysql", "include: shop.orders,", "'include: shop.orders,'", "include: database.table"),
        ("mysql", "include: shop.orders exclude: shop.x", "'include: sho", "include: database.table"),
        ("mysql", "include: shop.or*", "'include: shop.or*'", "include: database.table"),
        ("mysql", "include: shop./a(b|c)/", "'include: shop./a(b|c)/'", "include: database.table"),
        ("mysql", "include: shop", "'shop'", "database.table, in up to 256 characters"),
        ("mysql", "include: shop.public.orders", "'shop.public.orders'", "database.table, in up to 256 characters"),
        ("postgresql", "include: shop.orders", "'shop.orders'", "database.schema.table, in up to 256"),
        ("mysql", f"include: shop.{'x' * 252}", "'shop.xxx", "database.table, in up to 256 characters"),
        ("mysql", ", ".join(["include: shop.orders"] * 100), "100 patterns in 2198 characters", "at most 99 patterns"),
        ("mysql", "exclude: shop.orders", "'exclude: shop.orders'", "at least one include"),
        ("postgresql", "include: *.public.orders", "'include: *.public.orders'", "at least one include that names"),
        (
            "postgresql",
            "include: shop.*.*, include: /shop.*/.*.*",
            "'/shop.*/.*.*'",
            "regular expressions for schemas and tables, not for databases",
        ),
    ],
)
def test_a_filter_is_refused(engine: str, text: str | None, given: str, allowed: str) -> None:
    [problem] = found(engine, text)
    assert problem.option == "data_filter"
    assert problem.given.startswith(given)
    assert problem.allowed.startswith(allowed)
    example = "include: shop.*.*" if engine == "postgresql" else "include: shop.*"
    assert problem.advice in (
        f'Write data_filter="{example}".',
        f'Nothing is replicated that no pattern includes. Write data_filter="{example}".',
        "Write one pattern for each database.",
        "Write regular expressions between slashes.",
    )


def test_all_problems_of_a_filter_are_said_at_once() -> None:
    assert len(found("postgresql", "exclude: shop, exclude: /shop/.*.*")) == 3
