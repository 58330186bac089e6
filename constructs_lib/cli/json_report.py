"""The report as JSON, for programs."""

import json
from dataclasses import asdict
from typing import Any

from constructs_lib import __version__
from constructs_lib.cli.report import Judged, Report
from constructs_lib.practices.finding import Finding

SHAPE = 1
"""Counts up when a key changes its meaning or goes away; new keys may come without that."""


def render(report: Report) -> str:
    """Write the report as one JSON object.

    ``version`` is the shape's version and ``tool`` what wrote it; ``rules`` is the number of rules that each template
    was judged by; ``open`` and ``acknowledged`` count the findings of all templates. Each of ``templates`` has its
    ``path``, ``stack``, ``region`` and ``account`` (null where they are not known), the number of its ``resources``
    and its ``findings``, whose keys are those of :class:`Finding`; ``reason`` is null where a finding is open. Each of
    ``unchecked`` has the ``path`` of a file or folder that was not judged, or of a template that was not wholly judged,
    and the ``reason``; each of ``idle_waivers`` has the ``path`` of a template with a waiver that changes nothing, and
    the ``reason``.
    """
    content = {
        "version": SHAPE,
        "tool": {"name": "constructs-lib", "version": __version__},
        "rules": len(report.rules),
        "open": len(report.open),
        "acknowledged": len(report.acknowledged),
        "templates": [_template(judged) for judged in report.judged],
        "unchecked": [{"path": str(path), "reason": reason} for path, reason in report.unchecked],
        "idle_waivers": [{"path": str(path), "reason": reason} for path, reason in report.idle_waivers],
    }
    return json.dumps(content, indent=2)


def _template(judged: Judged) -> dict[str, Any]:
    template = judged.template
    return {
        "path": str(template.path),
        "stack": template.stack,
        "region": template.region,
        "account": template.account,
        "resources": len(template.resources),
        "findings": [_finding(finding) for finding in judged.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    values = asdict(finding)
    del values["template"]
    return values
