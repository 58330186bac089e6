"""What users import, and what they read about it."""

import ast
import importlib
import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

import pytest
from constructs import Construct
from syrupy.assertion import SnapshotAssertion

from constructs_lib.options import describe
from tests.contracts.sources import FILES, constructs, is_checked, module_name, modules, public
from tests.properties.test_wrong_values import CONSTRUCTS as GIVEN_WRONG_VALUES
from tests.properties.test_wrong_values import VALUES
from tests.synthesis import ROOT

PUBLIC = dict(public())
CLASSES = {name: it for name, it in PUBLIC.items() if inspect.isclass(it)}
CONSTRUCTS = {name: it for name, it in CLASSES.items() if issubclass(it, Construct)}
FUNCTIONS = {name: it for name, it in PUBLIC.items() if inspect.isfunction(it)}
ARGUMENT = re.compile(r"^ {4}(\w+): ", re.MULTILINE)


def test_exported_names_are_frozen(snapshot: SnapshotAssertion) -> None:
    exported = {it.__name__: sorted(it.__all__) for it in modules() if hasattr(it, "__all__")}
    assert exported == snapshot


def test_public_names_of_the_concerns_are_frozen(snapshot: SnapshotAssertion) -> None:
    """Concerns are imported from their own module: what is not private is a promise."""
    concerns = [name for name in PUBLIC if re.fullmatch(r"constructs_lib\.(?!practices)[a-z_]+\.[A-Za-z_]+", name)]
    assert sorted(concerns) == snapshot


def test_options_are_frozen(snapshot: SnapshotAssertion) -> None:
    """An option that is gone, or becomes required, breaks those who upgrade."""
    assert {name: _options(it) for name, it in CLASSES.items() if is_checked(it)} == snapshot


def _options(it: Any) -> dict[str, str]:
    parameters = inspect.signature(it.__init__).parameters
    return {
        name: inspect.formatannotation(it.annotation) + ("" if it.default is it.empty else ", optional")
        for name, it in parameters.items()
        if name not in ("self", "scope", "id")
    }


@pytest.mark.parametrize("name", [it.__name__ for it in modules() if hasattr(it, "__all__")])
def test_what_is_exported_exists(name: str) -> None:
    module = next(it for it in modules() if it.__name__ == name)
    assert [it for it in module.__all__ if not hasattr(module, it)] == []
    assert module.__all__ == sorted(module.__all__, key=lambda it: (not it.isupper(), it))


@pytest.mark.parametrize("file", [it for it in FILES if "cli" not in it.parts], ids=module_name)
def test_every_module_says_in_one_line_what_it_is(file: Path) -> None:
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    assert docstring
    assert "\n\n" not in docstring


@pytest.mark.parametrize("name", PUBLIC)
def test_everything_public_is_documented(name: str) -> None:
    assert inspect.getdoc(PUBLIC[name])


def _documented(docstring: str) -> list[str]:
    section = re.search(r"^Args:\n((?: {4}.*\n?|\n)+)", docstring, re.MULTILINE)
    return ARGUMENT.findall(section[1]) if section else []


def _parameters(function: Any) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name != "self"]


def _made_with_arguments(it: Any) -> bool:
    return "__init__" in vars(it) and not issubclass(it, BaseException | type)


@pytest.mark.parametrize("name", [name for name, it in CLASSES.items() if _made_with_arguments(it)])
def test_every_option_is_documented_and_every_documented_one_exists(name: str) -> None:
    assert set(_documented(inspect.getdoc(CLASSES[name]) or "")) == set(_parameters(CLASSES[name].__init__))


@pytest.mark.parametrize("name", [name for name, it in FUNCTIONS.items() if "Args:" in (it.__doc__ or "")])
def test_documented_arguments_are_those_of_the_function(name: str) -> None:
    assert set(_documented(inspect.getdoc(FUNCTIONS[name]) or "")) == set(_parameters(FUNCTIONS[name]))


@pytest.mark.parametrize("name", [*CLASSES, *FUNCTIONS])
def test_no_signature_swallows_keywords(name: str) -> None:
    function = CLASSES[name].__init__ if name in CLASSES else FUNCTIONS[name]
    if name in CLASSES and "__init__" not in vars(CLASSES[name]):
        return
    kinds = {it.kind for it in inspect.signature(function).parameters.values()}
    assert inspect.Parameter.VAR_KEYWORD not in kinds


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_a_construct_takes_scope_id_and_keywords(name: str) -> None:
    [_, *given] = inspect.signature(CONSTRUCTS[name].__init__).parameters.values()
    assert [it.name for it in given[:2]] == ["scope", "id"]
    assert {it.kind for it in given[2:]} <= {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("name", [name for name, it in CONSTRUCTS.items() if is_checked(it)])
def test_a_construct_that_users_make_says_what_it_raises_and_where_it_comes_from(name: str) -> None:
    docstring = inspect.getdoc(CONSTRUCTS[name]) or ""
    assert "Raises:\n    InvalidOptionsError: " in docstring
    assert "https://docs.aws.amazon.com/" in docstring


def _exported() -> list[type[Construct]]:
    """The constructs that packages export."""
    packages: list[ModuleType] = [it for it in modules() if hasattr(it, "__all__") and "practices" not in it.__name__]
    made = [getattr(it, name) for it in packages for name in it.__all__]
    return [it for it in made if inspect.isclass(it) and issubclass(it, Construct)]


def test_the_constructs_of_a_service_are_checked() -> None:
    """A construct that is exported reads its options through ``checked``."""
    assert _exported()
    assert [it.__name__ for it in _exported() if not is_checked(it)] == []


MADE = constructs()
MADE_BY_OTHERS = {"kinesis.FanOutConsumer", "rds.CustomEndpoint", "rds.ReaderScaling", "rds.ZeroEtlIntegration"}
"""What a method returns."""
SEVERAL_STACKS = {"rds.AuroraGlobalDatabase"}
"""What tests/rds gives wrong values to, in all of its Regions."""


def test_every_construct_is_given_wrong_values_and_far_resources() -> None:
    """Add the construct to CONSTRUCTS of tests/properties/test_wrong_values.py."""
    assert {name for name, it in MADE.items() if it not in GIVEN_WRONG_VALUES} == SEVERAL_STACKS | MADE_BY_OTHERS


NOT_GIVEN = {"rds.GlobalPrimary", "rds.GlobalSecondary"}
"""What an AuroraGlobalDatabase makes its clusters of."""


def test_every_value_of_options_is_given_wrong_values() -> None:
    """Add the value to VALUES of tests/properties/test_wrong_values.py."""
    values = {it for it in CLASSES.values() if is_checked(it) and not issubclass(it, Construct)}
    assert {describe(it) for it in values - VALUES.keys()} == NOT_GIVEN


def _types(hint: Any) -> set[type]:
    """Return our classes in an annotation."""
    inner = get_args(hint)
    if inner:
        return {kind for it in inner for kind in _types(it)}
    return {hint} if inspect.isclass(hint) and hint.__module__.startswith("constructs_lib.") else set()


def test_messages_call_a_type_what_users_import() -> None:
    exported = {
        getattr(it, name): f"{it.__name__.removeprefix('constructs_lib.')}.{name}"
        for it in modules()
        if "practices." not in it.__name__
        for name in getattr(it, "__all__", ())
        if inspect.isclass(getattr(it, name))
    }
    assert {kind: describe(kind) for kind in exported} == exported
    options = [inspect.unwrap(vars(it)["__init__"]) for it in exported if is_checked(it)]
    taken = {kind for it in options for hint in get_type_hints(it).values() for kind in _types(hint)}
    called = {name for it in taken for name in describe(it).split(" or ")} - NOT_GIVEN
    assert called
    for name in called:
        module, _, own = name.partition(".")
        assert hasattr(importlib.import_module(f"constructs_lib.{module}"), own), name


def _rows_of_the_readme() -> set[str]:
    """Return what the tables of the README are about; where a service is left out, it is the one before."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?) \|", readme, re.MULTILINE)
    found, service = set(), ""
    for module, name in re.findall(r"`(\w*)\.(\w+)`", "\n".join(rows)):
        service = module or service
        found.add(f"{service}.{name}")
    return found


def test_every_construct_is_in_the_readme() -> None:
    assert MADE.keys() - _rows_of_the_readme() == MADE_BY_OTHERS


def test_the_readme_has_no_row_about_what_is_not_there() -> None:
    there = {describe(it) for it in CLASSES.values()}
    assert _rows_of_the_readme() - there == set()


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_no_partition_is_written_down(file: Path) -> None:
    assert not re.search(r"arn:aws[:-]", file.read_text(encoding="utf-8"))
