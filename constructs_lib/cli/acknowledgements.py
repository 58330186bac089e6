"""Why findings stand: acknowledgements in a cloud assembly, and waivers in a template.

An acknowledgement on a stage or on the app is not written into the assembly: what it covers stays open here.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from constructs_lib.cli.assembly import TEMPLATE_FILE
from constructs_lib.cli.template import Template
from constructs_lib.practices import CATALOGUE, practice
from constructs_lib.practices.finding import Finding
from constructs_lib.practices.practice import BUILT_IN_NAMESPACE

ACKNOWLEDGED_RULES = "aws:cdk:acknowledged-rules"
LOGICAL_ID = "aws:cdk:logicalId"


class IdleWaiver(NamedTuple):
    """A waiver in a template that changes nothing.

    Args:
        path: The template.
        reason: Which it is, and why it changes nothing.
    """

    path: Path
    reason: str


class Acknowledgements:
    """The reasons that one template and its assembly give.

    Args:
        template: The template that the findings are in.
    """

    def __init__(self, template: Template) -> None:
        self._template = template
        self._paths = _construct_paths(template)
        self._reasons = {
            (entry.path, rule): reason
            for entry in template.constructs
            if entry.type == ACKNOWLEDGED_RULES and isinstance(entry.data, dict)
            for rule, reason in entry.data.items()
            if isinstance(reason, str) and reason.strip()
        }

    def explain(self, finding: Finding) -> Finding:
        """Return the finding with the path of its construct, and with the reason if it is acknowledged."""
        path = self._template.stack if finding.resource is None else self._paths.get(finding.resource)
        reason = self._waived(finding) or self._acknowledged(finding.rule, path)
        return replace(finding, construct_path=path, reason=reason)

    def _acknowledged(self, rule: str, path: str | None) -> str | None:
        """Look on the construct and then above it, as CDK does."""
        namespaces = (practice.NAMESPACE,) if rule in CATALOGUE else (practice.NAMESPACE, BUILT_IN_NAMESPACE)
        found = (
            self._reasons.get((it, f"{namespace}::{rule}")) for it in _upwards(path or "") for namespace in namespaces
        )
        return next(filter(None, found), None)

    def _waived(self, finding: Finding) -> str | None:
        resource = self._template.resources.get(finding.resource or "")
        match resource and resource.metadata:
            case {practice.NAMESPACE: {"waived": {finding.rule: str(reason)}}} if reason.strip():
                return reason
            case _:
                return None


def idle_waivers(template: Template, findings: Collection[Finding], rules: Collection[str]) -> Iterator[IdleWaiver]:
    """Yield the waivers of a template that no finding needs, and those without a reason."""
    met = {(finding.resource, finding.rule) for finding in findings}
    for logical_id, resource in template.resources.items():
        match resource.metadata:
            case {practice.NAMESPACE: {"waived": {**waived}}}:
                for rule, reason in waived.items():
                    if rule not in rules:
                        yield IdleWaiver(template.path, f"{logical_id} waives {rule}, which is no rule")
                    elif (logical_id, rule) not in met:
                        yield IdleWaiver(template.path, f"{logical_id} waives {rule}, which finds nothing there")
                    elif not str(reason or "").strip():
                        yield IdleWaiver(template.path, f"{logical_id} waives {rule} without a reason")


def _construct_paths(template: Template) -> dict[str, str]:
    """Map logical ids to construct paths; the same id may stand in a nested stack for another construct."""
    stacks = {entry.path for entry in template.constructs if entry.type == TEMPLATE_FILE}
    paths = {
        entry.data: entry.path
        for entry in template.constructs
        if entry.type == LOGICAL_ID
        and next((it for it in _upwards(entry.path) if it in stacks), template.stack) == template.stack
    }
    for logical_id, resource in template.resources.items():
        match resource.metadata:
            case {"aws:cdk:path": str(path)}:
                paths[logical_id] = path
    return paths


def _upwards(path: str) -> Iterator[str]:
    """Yield a path, the path above it, and so on."""
    while path:
        yield path
        path = path.rpartition("/")[0]
