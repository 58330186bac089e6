"""The report as SARIF 2.1.0, for code scanning."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from constructs_lib import __version__
from constructs_lib.cli.report import Report
from constructs_lib.practices import CATALOGUE
from constructs_lib.practices.finding import Finding

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(report: Report) -> str:
    """Write the report as a SARIF log with one run.

    Acknowledged findings are suppressed, with their reason; what was not checked or waives nothing is a notification.
    """
    findings = [finding for judged in report.judged for finding in judged.findings]
    rules = sorted({finding.rule for finding in findings})
    driver = {
        "name": "constructs-lib",
        "version": __version__,
        "rules": [_rule(rule, report.rules.get(rule, rule)) for rule in rules],
    }
    notes = [
        *(_notification(path, f"Not checked: {reason}") for path, reason in report.unchecked),
        *(_notification(path, f"Waiver without effect: {reason}") for path, reason in report.idle_waivers),
    ]
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
        "results": [_result(finding, rules.index(finding.rule)) for finding in findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(rule: str, says: str) -> dict[str, Any]:
    described = {"id": rule, "shortDescription": {"text": says}}
    if practice := CATALOGUE.get(rule):
        return {**described, "helpUri": practice.source, "properties": {"tags": [*practice.controls]}}
    return described


def _result(finding: Finding, index: int) -> dict[str, Any]:
    suppressions = [{"kind": "external", "status": "accepted", "justification": finding.reason}]
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": f"{finding.resource}: {finding.message}" if finding.resource else finding.message},
        "locations": [_location(finding)],
        "partialFingerprints": {"constructsLib/v1": _fingerprint(finding)},
        "suppressions": [] if finding.reason is None else suppressions,
    }


def _notification(path: Path, text: str) -> dict[str, Any]:
    return {
        "level": "note",
        "message": {"text": text},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(path)}}}],
    }


def _location(finding: Finding) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(Path(finding.template))}}
    if finding.line is not None:
        physical["region"] = {"startLine": finding.line}
    location: dict[str, Any] = {"physicalLocation": physical}
    if name := finding.construct_path or finding.resource:
        location["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "resource"}]
    return location


def _uri(path: Path) -> str:
    """Spell a path relative to the working directory, as code scanning wants it, or in full where it lies outside."""
    try:
        return quote(path.resolve().relative_to(Path.cwd()).as_posix())
    except ValueError:
        return path.resolve().as_uri()


def _fingerprint(finding: Finding) -> str:
    """Return what stays the same for a finding when lines move."""
    place = finding.construct_path or finding.resource or ""
    return sha256("\0".join((finding.rule, place, finding.location or "", finding.message)).encode()).hexdigest()
