"""Finds the templates that paths stand for."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from constructs_lib.cli.assembly import is_assembly, read_assembly
from constructs_lib.cli.template import NoResourcesError, Template, TemplateError, Unchecked, read_template

SUFFIXES = (".json", ".yaml", ".yml", ".template")
OTHER_PEOPLES = ("node_modules",)
"""Folders that are searched only when they are named, as hidden ones are."""

_LOOKS = re.compile(
    r"""^["']?Resources["']?\s*:|AWSTemplateFormatVersion|\A\s*\{.*"Resources"\s*:""", re.MULTILINE | re.DOTALL
)
"""What a template looks like that cannot be parsed: a key at the start of a line, or anywhere in a file of JSON."""

_ADVICE = "Give a cloud assembly (cdk.out), a template in JSON or YAML, or a folder that holds some."


class CouldNotRunError(Exception):
    """What keeps the templates from being judged, all of it at once.

    Args:
        problems: Each says what was given, what is wrong with it and what to do.
    """

    def __init__(self, problems: Iterable[TemplateError]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Found(NamedTuple):
    """What the paths stand for.

    Args:
        templates: Each once, in the order of the paths.
        unchecked: What was left out.
    """

    templates: list[Template]
    unchecked: list[Unchecked]


def find(paths: Iterable[Path]) -> Found:
    """Read all templates that paths stand for.

    Args:
        paths: Cloud assemblies, templates, and folders that hold either.

    Raises:
        CouldNotRunError: Something cannot be read, is no template, or holds none.
    """
    met = [it for path in paths for it in _look_at(path)]
    if problems := [it for it in met if isinstance(it, TemplateError)]:
        raise CouldNotRunError(problems)
    templates: dict[Path, Template] = {}
    for it in met:
        if isinstance(it, Template):
            templates.setdefault(it.path.resolve(), it)
    return Found([*templates.values()], [it for it in met if isinstance(it, Unchecked)])


def _look_at(path: Path) -> Iterator[Template | Unchecked | TemplateError]:
    """Read what was named, which must stand for something to judge."""
    try:
        if path.is_dir():
            met = [*_search(path)]
            yield from met
            if all(isinstance(it, Unchecked) for it in met):
                yield TemplateError(path, "nothing to check in this folder", _ADVICE)
        elif path.is_file():
            yield read_template(path)
        elif path.exists():
            yield TemplateError(path, "neither a file nor a folder", _ADVICE)
        else:
            yield TemplateError(path, "no such file or folder", _ADVICE)
    except OSError as error:
        yield TemplateError(Path(error.filename or path), f"{error.strerror}", _ADVICE)
    except TemplateError as error:
        yield error


def _search(folder: Path) -> Iterator[Template | Unchecked | TemplateError]:
    """Read what a folder holds.

    Raises:
        OSError: The folder, or one in it, cannot be read.
    """
    if is_assembly(folder):
        yield from read_assembly(folder)
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.is_symlink() or path.name.startswith(".") or path.name in OTHER_PEOPLES:
                yield Unchecked(path, "searched only when it is named")
            else:
                yield from _search(path)
        elif path.name.endswith(SUFFIXES):
            if path.exists() and not path.is_file():
                yield Unchecked(path, "neither a file nor a folder")
            else:
                yield from _read_if_template(path)


def _read_if_template(path: Path) -> Iterator[Template | Unchecked | TemplateError]:
    """Read a file that may hold anything: one that cannot be parsed is a template if it looks like one."""
    content = path.read_bytes()
    text = content.decode(json.detect_encoding(content), errors="replace")
    try:
        if "Resources" in text:
            yield read_template(path)
        else:
            yield Unchecked(path, "no template: it has no Resources")
    except NoResourcesError:
        yield Unchecked(path, "no template: it has no Resources")
    except TemplateError as error:
        yield error if _LOOKS.search(text) else Unchecked(path, "no template: it has no Resources")
