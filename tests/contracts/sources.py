"""The modules of the library, as text."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from constructs import Construct

import constructs_lib
from constructs_lib.options import describe
from tests.synthesis import ROOT

PACKAGE = ROOT / "constructs_lib"
SERVICES = {"athena", "dsql", "dynamodb", "firehose", "glue", "kinesis", "rds", "redshift"}
HANDLERS = "handlers"
"""What runs in Lambda, by itself: packaged apart, without the library."""
FILES = [it for it in sorted(PACKAGE.rglob("*.py")) if HANDLERS not in it.parts]


def module_name(file: Path) -> str:
    """Return the dotted name of a module."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(file: Path) -> set[str]:
    """Return the modules that a file imports, also where it does so in a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def modules() -> list[ModuleType]:
    """Return every module that is not the command line's."""
    names = [info.name for info in pkgutil.walk_packages(constructs_lib.__path__, "constructs_lib.")]
    return [importlib.import_module(name) for name in names if not name.startswith("constructs_lib.cli")]


def public() -> Iterator[tuple[str, Any]]:
    """Return every public class and function, and the public methods and properties of each class."""
    for module in modules():
        for name, value in vars(module).items():
            if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
                continue
            if inspect.isclass(value) or inspect.isfunction(value):
                yield f"{module.__name__}.{name}", value
            if inspect.isclass(value):
                for member, method in vars(value).items():
                    if not member.startswith("_") and (inspect.isfunction(method) or isinstance(method, property)):
                        yield f"{module.__name__}.{name}.{member}", method


def is_checked(it: type) -> bool:
    """Tell whether a class takes options, which ``checked`` or ``options`` reads first."""
    return hasattr(vars(it).get("__init__"), "__wrapped__")


def constructs() -> dict[str, type[Construct]]:
    """Return every construct that is made with options, by the name that users import."""
    classes = [it for _, it in public() if inspect.isclass(it)]
    return {describe(it): it for it in classes if issubclass(it, Construct) and is_checked(it)}


def made_in(scope: Construct) -> set[str]:
    """Return which of these constructs are in the app of another one."""
    return {describe(type(it)) for it in scope.node.root.node.find_all()} & constructs().keys()
