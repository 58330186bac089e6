"""Finds the templates that paths stand for, and reads of each what the engine does not tell."""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from cloudformation_validate import TemplateContent, TemplateModel, ValidationError

MANIFEST = "manifest.json"
SUFFIXES = (".json", ".yaml", ".yml", ".template")
UNSEARCHED = ("node_modules",)
"""Folders that hold other people's files; hidden folders are not searched either."""

LOGICAL_ID = "aws:cdk:logicalId"
TEMPLATE_FILE = "aws:cdk:templateFile"
STACK = "aws:cloudformation:stack"
NESTED_ASSEMBLY = "cdk:cloud-assembly"

_ENVIRONMENT = re.compile(r"aws://(?P<account>[^/]+)/(?P<region>[^/]+)")
_ADVICE = "Give a cloud assembly (cdk.out), a template in JSON or YAML, or a folder of templates."


class CouldNotRunError(Exception):
    """What keeps templates from being judged, all of it at once.

    Args:
        problems: Each says what was given, what is wrong with it and what to do.
    """

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class Entry(NamedTuple):
    """One entry of the metadata that an assembly keeps of a construct.

    Args:
        path: The path of the construct, ``S0/D0/Instance``.
        type: What the entry says, ``aws:cdk:logicalId``.
        data: Its value.
    """

    path: str
    type: str
    data: Any


@dataclass(frozen=True, slots=True)
class Template:
    """One template to judge.

    Args:
        path: The file.
        resources: The ``Metadata`` of each resource by its logical id.
        stack: The path of the stack's construct, ``Prod/Data``; None outside of an assembly.
        region: Where the assembly deploys it; None where that is only known at deployment.
        account: The account that it is deployed to, likewise.
        constructs: What the assembly says of the constructs in the stack, and in those nested in it.
    """

    path: Path
    resources: Mapping[str, Mapping[str, Any]]
    stack: str | None = None
    region: str | None = None
    account: str | None = None
    constructs: tuple[Entry, ...] = ()


class Unchecked(NamedTuple):
    """A file or folder that was met and not judged.

    Args:
        path: Where it is.
        reason: Why it was left out.
    """

    path: Path
    reason: str


class Search:
    """The templates behind paths, each once.

    Attributes:
        templates: In the order of the paths.
        unchecked: What was left out, with the reason.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        """Read all templates.

        Args:
            paths: Cloud assemblies, templates, and folders that hold either.

        Raises:
            CouldNotRunError: Something cannot be read, is no template, or there is nothing to judge.
        """
        self.unchecked: list[Unchecked] = []
        self._templates: dict[Path, Template] = {}
        self._problems: list[str] = []
        for path in paths:
            self._look_at(path)
        if self._problems:
            raise CouldNotRunError(*self._problems)

    @property
    def templates(self) -> list[Template]:
        """In the order of the paths."""
        return list(self._templates.values())

    def _look_at(self, path: Path) -> None:
        try:
            if path.is_dir():
                found = len(self._templates)
                self._search(path)
                if len(self._templates) == found and not self._problems:
                    self._problems.append(f"{path}: nothing to check in this folder. {_ADVICE}")
            elif path.exists():
                self._add(_read_template(path, path.read_bytes()))
            else:
                self._problems.append(f"{path}: no such file or folder. {_ADVICE}")
        except OSError as error:
            self._problems.append(f"{path}: {error.strerror}. {_ADVICE}")
        except CouldNotRunError as error:
            self._problems.extend(error.problems)

    def _add(self, template: Template) -> None:
        self._templates.setdefault(template.path.resolve(), template)

    def _search(self, folder: Path) -> None:
        if _is_assembly(folder):
            self._read_assembly(folder)
            return
        for path in sorted(folder.iterdir()):
            if path.is_dir():
                if path.is_symlink() or path.name.startswith(".") or path.name in UNSEARCHED:
                    self.unchecked.append(Unchecked(path, "searched only when it is named"))
                else:
                    self._search(path)
            elif path.name.endswith(SUFFIXES):
                self._read_file(path)

    def _read_file(self, path: Path) -> None:
        """Add a file of a folder, if it is a template."""
        try:
            content = path.read_bytes()
            template = _read_template(path, content) if b"Resources" in content else None
        except OSError as error:
            self._problems.append(f"{path}: {error.strerror}. Make it readable, or name the templates instead.")
        except NotATemplateError:
            template = None
        except CouldNotRunError as error:
            self._problems.extend(error.problems)
            return
        if template is None:
            self.unchecked.append(Unchecked(path, "no template: it has no Resources"))
        else:
            self._add(template)
