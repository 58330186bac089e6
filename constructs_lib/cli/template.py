"""What the command knows of one template beside what the engine finds in it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

KNOWN_TRANSFORMS = ("AWS::LanguageExtensions", "AWS::Serverless-2016-10-31")
"""The engine expands loops; what a serverless application becomes is told by its resources."""

_ADVICE = "Correct it, or leave it out."
_INCLUDES = re.compile(r"""Fn::Transform["']?\s*:|!Transform\b""")


class Entry(NamedTuple):
    """One thing that a cloud assembly says about one of its constructs.

    Args:
        path: The path of the construct, ``Prod/Data/Orders``.
        type: What it is, ``aws:cdk:logicalId``.
        data: Its value.
    """

    path: str
    type: str
    data: Any


class Resource(NamedTuple):
    """One resource as it was written.

    Args:
        type: Its CloudFormation type, where it says one.
        metadata: Its ``Metadata``.
    """

    type: Any
    metadata: Any

    @property
    def expands(self) -> bool:
        """Whether no rule can judge it, because CloudFormation makes other resources of it."""
        return str(self.type).startswith("AWS::Serverless::") or str(self.type).endswith("::MODULE")


@dataclass(frozen=True, slots=True)
class Template:
    """One template to judge.

    Args:
        path: The file.
        resources: Each resource by its logical id.
        left_out: What cannot be judged before CloudFormation deploys it, with the reason.
        stack: The path of the stack's construct, ``Prod/Data``; None outside of an assembly.
        region: Where it is deployed; None where that is not known before.
        account: The account that it is deployed to, likewise.
        constructs: What the assembly says of the constructs in the stack, and in the stacks nested in it.
    """

    path: Path
    resources: Mapping[str, Resource]
    left_out: tuple[str, ...] = ()
    stack: str | None = None
    region: str | None = None
    account: str | None = None
    constructs: tuple[Entry, ...] = ()

    def __str__(self) -> str:
        return f"{self.path} ({self.stack})" if self.stack else str(self.path)


class Unchecked(NamedTuple):
    """A file or folder that was met and not judged, or a part of a template.

    Args:
        path: Where it is.
        reason: Why it was left out, and of a template what.
    """

    path: Path
    reason: str


class TemplateError(Exception):
    """What keeps a path from being judged.

    Args:
        path: What was given, or was met under it.
        fault: What is wrong with it.
        advice: What is allowed, and what to do.
    """

    def __init__(self, path: Path, fault: str, advice: str) -> None:
        super().__init__(f"{path}: {fault}. {advice}")


class NoResourcesError(TemplateError):
    """The file holds something else than a template."""


def read_text(path: Path) -> str:
    """Read a file in UTF-8, UTF-16 or UTF-32, with or without a byte order mark.

    Raises:
        OSError: It cannot be read.
        TemplateError: It is no text.
    """
    content = path.read_bytes()
    encoding = json.detect_encoding(content)  # It looks at the first characters, which YAML has in common with JSON.
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        fault = f"cannot be parsed: Invalid {encoding.upper()}: {error.reason} at byte {error.start}"
        raise TemplateError(path, fault, _ADVICE) from error


def read_template(path: Path) -> Template:
    """Read a template in JSON or YAML, whatever else is known of it.

    Raises:
        NoResourcesError: The file is no template.
        TemplateError: It cannot be read, or is neither JSON nor YAML.
    """
    try:
        text = read_text(path)
    except OSError as error:
        raise TemplateError(path, f"{error.strerror}", "Make it readable, or leave it out.") from error
    resources, transforms = _simple(text) or _expanded(path, text)
    left_out = {f"{it.type}: becomes other resources when it is deployed" for it in resources.values() if it.expands}
    left_out |= {f"{it}: changes the template when it is deployed" for it in transforms if it not in KNOWN_TRANSFORMS}
    if _INCLUDES.search(text):
        left_out.add("Fn::Transform: what it adds is not in the template")
    return Template(path, resources, tuple(sorted(left_out)))


class _Parsed(NamedTuple):
    resources: dict[str, Resource]
    transforms: list[str]


def _simple(text: str) -> _Parsed | None:
    """Read JSON that names each resource, as CDK writes it; None leaves the template to the engine, which is slower."""
    try:
        template: dict[str, Any] = json.loads(text)
        if "Transform" in template:
            return None
        resources = {name: Resource(it.get("Type"), it.get("Metadata")) for name, it in template["Resources"].items()}
        return None if "Fn::Transform" in resources else _Parsed(resources, [])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _expanded(path: Path, text: str) -> _Parsed:
    """Read any template, with the resources that ``Fn::ForEach`` makes.

    Raises:
        NoResourcesError: It has no Resources.
        TemplateError: It cannot be parsed.
    """
    from cloudformation_validate import TemplateContent, TemplateModel, ValidationError

    try:
        model = TemplateModel(TemplateContent(text))
    except ValidationError.Engine as error:
        raise TemplateError(path, f"cannot be parsed: {error.msg}", _ADVICE) from error
    if "Resources" not in model.to_diagnostic_model().template.raw_top_level_keys:
        raise NoResourcesError(path, "no template: it has no Resources", _ADVICE)
    resources = {name: Resource(it.resource_type, _plain(it.metadata)) for name, it in model.resources().items()}
    resources.pop("Fn::Transform", None)
    return _Parsed(resources, model.transforms())


def _plain(value: Any) -> Any:
    """Turn what the engine parsed into Python's own types."""
    if hasattr(value, "entries"):
        return {key: _plain(item) for key, item in value.entries.items()}
    if hasattr(value, "items"):
        return [_plain(item) for item in value.items]
    return getattr(value, "value", None)
