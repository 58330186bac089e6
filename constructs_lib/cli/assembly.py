"""Reads the templates of a cloud assembly, the folder that ``cdk synth`` writes."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from constructs_lib.cli.template import Entry, NoResourcesError, Template, TemplateError, Unchecked, read_template

MANIFEST = "manifest.json"
TEMPLATE_FILE = "aws:cdk:templateFile"

_ENVIRONMENT = re.compile(r"aws://(?:unknown-account|(?P<account>[^/]+))/(?:unknown-region|(?P<region>.+))")
_ADVICE = "Synthesize the app again."
_MALFORMED = (AttributeError, KeyError, TypeError)


def is_assembly(folder: Path) -> bool:
    """Tell whether a folder is a cloud assembly.

    Raises:
        OSError: Its manifest cannot be read.
    """
    manifest = folder / MANIFEST
    return manifest.is_file() and b'"artifacts"' in manifest.read_bytes()


def read_assembly(folder: Path) -> Iterator[Template | Unchecked | TemplateError]:
    """Read the templates of all stacks, of the stacks nested in them, and of the stages.

    A template in the folder that belongs to none of these, as an earlier synthesis leaves it, is unchecked.
    """
    manifest = folder / MANIFEST
    named: set[Path] = set()
    try:
        for name, artifact in _read_json(manifest)["artifacts"].items():
            for met in _read_artifact(folder, name, artifact):
                if isinstance(met, Template):
                    named.add(met.path)
                yield met
    except TemplateError as error:
        yield error
    except _MALFORMED as error:
        yield TemplateError(manifest, f"not written as CDK writes it: {error!r}", _ADVICE)
    else:
        for path in sorted({*folder.glob("*.template.json")} - named):
            yield Unchecked(path, f"{manifest} does not name it")


def _read_artifact(
    folder: Path, name: str, artifact: Mapping[str, Any]
) -> Iterator[Template | Unchecked | TemplateError]:
    """Read a stack or a stage; what is wrong with one leaves the others to be read."""
    try:
        if artifact["type"] == "cdk:cloud-assembly":
            nested = folder / artifact["properties"]["directoryName"]
            if nested.resolve() == folder.resolve() or nested.resolve() in folder.resolve().parents:
                raise TemplateError(folder / MANIFEST, f"{name} stands for the assembly that it is in", _ADVICE)
            yield from read_assembly(nested)
        elif artifact["type"] == "aws:cloudformation:stack":
            yield from _read_stack(folder, name, artifact)
    except TemplateError as error:
        yield error
    except _MALFORMED as error:
        yield TemplateError(folder / MANIFEST, f"{name} is not written as CDK writes it: {error!r}", _ADVICE)


def _read_stack(folder: Path, name: str, artifact: Mapping[str, Any]) -> Iterator[Template]:
    """Read the template of a stack, and those of the stacks nested in it.

    The metadata says which template holds which constructs. Where an older CDK leaves that out, the template of a
    nested stack is found through the resource that stands for it, and its constructs stay unknown.
    """
    constructs = tuple(_constructs(folder, artifact))
    stacks = {entry.data: entry.path for entry in constructs if entry.type == TEMPLATE_FILE}
    stacks.setdefault(artifact["properties"]["templateFile"], artifact.get("displayName", name))
    environment = _ENVIRONMENT.fullmatch(artifact.get("environment", ""))
    account, region = environment.group("account", "region") if environment else (None, None)
    for file, stack in stacks.items():
        template = _read_template(folder / file)
        yield replace(template, stack=stack, region=region, account=account, constructs=constructs)
        for resource in template.resources.values():
            match resource:
                case ("AWS::CloudFormation::Stack", {"aws:asset:path": str(nested)}) if nested not in stacks:
                    yield replace(_read_template(folder / nested), region=region, account=account)


def _read_template(path: Path) -> Template:
    """Read a template, which a stack without resources leaves empty."""
    try:
        return read_template(path)
    except NoResourcesError:
        return Template(path, {})


def _constructs(folder: Path, artifact: Mapping[str, Any]) -> Iterator[Entry]:
    """Read what the assembly says of the constructs in a stack, in its manifest and in a file of its own."""
    said = [artifact.get("metadata", {})]
    if file := artifact.get("additionalMetadataFile"):
        said.append(_read_json(folder / file))
    for constructs in said:
        for path, entries in constructs.items():
            yield from (Entry(path.removeprefix("/"), entry["type"], entry.get("data")) for entry in entries)


def _read_json(path: Path) -> Any:
    """Read one of the assembly's files.

    Raises:
        TemplateError: It cannot be read, or is no JSON.
    """
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise TemplateError(path, str(error.strerror), _ADVICE) from error
    except ValueError as error:
        raise TemplateError(path, f"no JSON: {error}", _ADVICE) from error
