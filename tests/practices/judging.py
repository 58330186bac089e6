"""Templates written by hand or changed on purpose, and what our rules find in them."""

import copy
import json
from collections.abc import Mapping
from typing import Any

from cloudformation_validate import TemplateContent

from constructs_lib.practices import CATALOGUE
from constructs_lib.practices.engine import Engine
from constructs_lib.practices.finding import Finding

Resources = Mapping[str, Mapping[str, Any]]


def found(rules: Engine, template: Mapping[str, Any] | str) -> list[Finding]:
    """Return what the rules of the catalogue find in a template; text is YAML."""
    if isinstance(template, str):
        content = TemplateContent(template.encode(), "template.yaml")
    else:
        content = TemplateContent(json.dumps(template).encode(), "template.json")
    return [finding for finding in rules.judge(content) if finding.rule in CATALOGUE]


def unexplained(rules: Engine, template: Mapping[str, Any]) -> list[Finding]:
    """Return what is found but for what is acknowledged, which templates do not say.

    SQL is run outside of the VPC, and a cluster relocates in place of having nodes in two zones.
    """
    return [
        it
        for it in found(rules, template)
        if not (it.rule == "LAMBDA_IN_VPC" and str(it.resource).startswith("WarehouseSqlRunner"))
        and it.rule != "REDSHIFT_MULTI_AZ"
    ]


def broken(rules: Engine, resources: Resources) -> set[tuple[str, str | None]]:
    """Return each rule that resources break, with the resource that it names."""
    return {(finding.rule, finding.resource) for finding in found(rules, {"Resources": resources})}


def changed(template: Mapping[str, Any], type: str, path: str, value: Any = None) -> dict[str, Any]:
    """Return the template with another value at a path in all resources of a type; None takes it away."""
    other: dict[str, Any] = copy.deepcopy(dict(template))
    for name, resource in list(other["Resources"].items()):
        if resource["Type"] != type:
            continue
        if not path:
            del other["Resources"][name]
        else:
            _change(resource, path.split("."), value)
    assert other != template, f"{type} has no {path}"
    return other


def _change(value: Any, path: list[str], new: Any) -> None:
    [step, *rest] = path
    if step == "*":
        for item in value:
            _change(item, rest, new)
    elif rest:
        if step in value:
            _change(value[step], rest, new)
    elif new is None:
        value.pop(step, None)
    else:
        value[step] = new
