"""What the command knows of one template beside what the engine finds in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from cloudformation_validate import TemplateContent, TemplateModel, ValidationError

from constructs_lib.practices.engine import TemplateSyntaxError, read


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
        type: Its CloudFormation type; None where it says none.
        metadata: Its ``Metadata``.
    """

    type: str | None
    metadata: Any


@dataclass(frozen=True, slots=True)
class Template:
    """One template to judge.

    Args:
        path: The file.
        resources: Each resource by its logical id.
        stack: The path of the stack's construct, ``Prod/Data``; None outside of an assembly.
        region: Where it is deployed; None where that is not known before.
        account: The account that it is deployed to, likewise.
        constructs: What the assembly says of the constructs in the stack, and in the stacks nested in it.
    """

    path: Path
    resources: Mapping[str, Resource]
    stack: str | None = None
    region: str | None = None
    account: str | None = None
    constructs: tuple[Entry, ...] = ()

    def __str__(self) -> str:
        return f"{self.path} ({self.stack})" if self.stack else str(self.path)


class Unchecked(NamedTuple):
    """A file or folder that was met and not judged.

    Args:
        path: Where it is.
        reason: Why it was left out.
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


def read_template(path: Path) -> Template:
    """Read a template in JSON or YAML, whatever else is known of it.

    Raises:
        NoResourcesError: The file is no template.
        TemplateError: It cannot be read, or is neither JSON nor YAML.
    """
    try:
        content = read(path)
        return Template(path, _simple(content) or _expanded(content))
    except OSError as error:
        raise TemplateError(path, f"{error.strerror}", "Make it readable, or leave it out.") from error
    except TemplateSyntaxError as error:
        raise TemplateError(path, f"cannot be parsed: {error}", "Correct it, or leave it out.") from error
    except ValidationError.Engine as error:
        raise TemplateError(path, f"cannot be parsed: {error.msg}", "Correct it, or leave it out.") from error
    except KeyError as error:
        raise NoResourcesError(path, "no template: it has no Resources", "Correct it, or leave it out.") from error


def _simple(content: TemplateContent) -> dict[str, Resource] | None:
    """Return the resources of a template in JSON that names each; None leaves it to the engine, which is slower."""
    try:
        match json.loads(content.content):
            case {"Resources": {**resources}} if not any(name.startswith("Fn::") for name in resources):
                return {name: Resource(it.get("Type"), it.get("Metadata")) for name, it in resources.items()}
    except (ValueError, AttributeError, RecursionError):
        pass
    return None


def _expanded(content: TemplateContent) -> dict[str, Resource]:
    """Return the resources of any template, those too that ``Fn::ForEach`` makes.

    Raises:
        ValidationError: It cannot be parsed.
        KeyError: It has no Resources.
    """
    model = TemplateModel(content)
    if "Resources" not in model.to_diagnostic_model().template.raw_top_level_keys:
        raise KeyError("Resources")
    return {
        name: Resource(it.resource_type, _plain(it.metadata))
        for name, it in model.resources().items()
        if not name.startswith("Fn::")
    }


def _plain(value: Any) -> Any:
    """Turn what the engine parsed into Python's own types."""
    if hasattr(value, "entries"):
        return {key: _plain(item) for key, item in value.entries.items()}
    if hasattr(value, "items"):
        return [_plain(item) for item in value.items]
    return getattr(value, "value", None)
