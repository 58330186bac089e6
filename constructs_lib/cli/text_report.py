"""The report as text, for people."""

import sys
import textwrap
from itertools import groupby

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from constructs_lib.cli.report import Judged, Report
from constructs_lib.practices.finding import Finding

STYLES = {"error": "bold red", "warning": "bold yellow"}
HEADING = "bold underline"
INDENT = "    "
NAMED = 3
"""How many acknowledged constructs are named for one rule and reason; the other formats name all."""


def write(report: Report, console: Console) -> None:
    """Write open findings in full, acknowledged ones with their reasons, what was left out or idle, and the counts.

    Args:
        report: What came of judging.
        console: Where to. Paths and addresses longer than its lines are neither cut nor folded.
    """
    for judged in report.judged:
        if judged.open:
            _write_line(console, Text(str(judged.template), HEADING), "")
        for finding in judged.open:
            _write_open(finding, console)
    if report.acknowledged:
        _write_line(console, Text("Acknowledged", HEADING), "")
    for judged in report.judged:
        _write_acknowledged(judged, console)
    for heading, notes in (("Not checked", report.unchecked), ("Waivers without effect", report.idle_waivers)):
        if notes:
            _write_line(console, Text(heading, HEADING), "")
            _write_line(console, *(f"  {path}: {reason}" for path, reason in notes), "")
    _write_counts(report, console)


def _write_open(finding: Finding, console: Console) -> None:
    title = Text.assemble("  ", (finding.severity, STYLES[finding.severity]), " ", (finding.rule, "bold"))
    _write_line(console, title)
    if finding.resource:
        _write_line(console, f"    {finding.resource} ({finding.resource_type or 'not a resource'})")
    if finding.construct_path:
        _write_line(console, f"    {finding.construct_path}")
    _write_line(console, f"    {finding.template}:{finding.line or 1} {finding.location or ''}".rstrip())
    _write_text(console, finding.message)
    for line in filter(None, (finding.fix, finding.reference)):
        _write_text(console, line)
    _write_line(console, "")


def _write_acknowledged(judged: Judged, console: Console) -> None:
    """Write each rule and reason once, with the first constructs that they stand for."""
    together = sorted(judged.acknowledged, key=_rule_and_reason)
    for (rule, reason), findings in groupby(together, key=_rule_and_reason):
        places = [*dict.fromkeys(it.construct_path or it.resource or "the template" for it in findings)]
        _write_line(console, Text.assemble("  ", (rule, "bold"), f" in {judged.template}"))
        _write_text(console, reason)
        _write_line(console, *(f"    {place}" for place in places[:NAMED]))
        if places[NAMED:]:
            _write_line(console, f"    and {len(places) - NAMED} more")
        _write_line(console, "")


def _rule_and_reason(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.reason or ""


def _write_counts(report: Report, console: Console) -> None:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("Open", "Acknowledged", "Resources"):
        table.add_column(heading, justify="right")
    table.add_column("Stack or template", no_wrap=True)
    for judged in report.judged:
        counts = (len(judged.open), len(judged.acknowledged), len(judged.template.resources))
        table.add_row(*map(str, counts), judged.template.stack or str(judged.template.path))
    needed = console.measure(table, options=console.options.update(max_width=sys.maxsize)).maximum
    console.width = max(console.width, needed)
    console.print(table)
    _write_line(
        console,
        "",
        f"{_count(len(report.open), 'open finding')} and {len(report.acknowledged)} acknowledged "
        f"in {_count(len(report.judged), 'template')}, judged by {len(report.rules)} rules.",
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _write_text(console: Console, text: str) -> None:
    """Write a sentence, folded between its words."""
    folded = textwrap.wrap(text, console.width - len(INDENT), break_long_words=False, break_on_hyphens=False)
    _write_line(console, *(f"{INDENT}{line}" for line in folded))


def _write_line(console: Console, *lines: str | Text) -> None:
    """Write lines as they are, however long."""
    for line in lines:
        console.print(line, soft_wrap=True)
