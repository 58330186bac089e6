"""Runs the real ``cdk synth`` of every stack, and sums up what was made and what was checked."""

import json
import subprocess
import sys
import time
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from constructs_lib.practices import CATALOGUE
from constructs_lib.practices.engine import shared_engine
from constructs_lib.practices.practice import PACKS

OUT = Path("cdk.out")
CDK = ["cdk", "synth", "--quiet", "--no-notices", "--output", str(OUT)]


def main() -> int:
    """Synthesize, and return the exit status: that of the CDK CLI if it fails, 1 if there are findings, else 0."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    start = time.monotonic()
    with console.status("Synthesizing and checking every stack (cdk synth)"):
        if not console.is_terminal:
            console.print("==> Synthesizing and checking every stack (cdk synth)")
        done = subprocess.run(CDK, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        console.print(done.stdout + done.stderr, markup=False, highlight=False)
        console.print(f"cdk synth failed with status {done.returncode}.", style="bold red")
        return done.returncode
    stacks, report = read_stacks(), json.loads((OUT / "validation-report.json").read_text())
    findings = rows(report, "violations")
    acknowledged = rows(report, "suppressedViolations")
    console.print(summary(stacks, findings, acknowledged))
    print_reasons(console, acknowledged)
    console.print(
        f"{len(stacks)} stacks in {time.monotonic() - start:.1f} s, {len(findings)} findings. Checked by the packs "
        f"{', '.join(PACKS)} of cdk-nag, CloudFormation's own rules, and {len(CATALOGUE)} practices of this library."
    )
    return 1 if findings else 0


def read_stacks() -> dict[str, int]:
    """Return the number of resources of each stack."""
    manifest = json.loads((OUT / "manifest.json").read_text())
    templates = {
        name: OUT / artifact["properties"]["templateFile"]
        for name, artifact in manifest["artifacts"].items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    return {name: len(json.loads(path.read_text())["Resources"]) for name, path in templates.items()}


def rows(report: dict[str, Any], kind: str) -> list[tuple[str, str, str]]:
    """Return the construct, the rule and the reason of each violation of a kind."""
    return sorted(
        (construct["constructPath"].removesuffix("/Resource"), violation["ruleName"], violation.get("reason", ""))
        for plugin in report["pluginReports"]
        for violation in plugin.get(kind, [])
        for construct in violation["violatingConstructs"]
    )


def summary(
    stacks: dict[str, int], findings: list[tuple[str, str, str]], acknowledged: list[tuple[str, str, str]]
) -> Table:
    """Return a row for each stack."""
    found, known = (Counter(path.split("/")[0] for path, _, _ in kind) for kind in (findings, acknowledged))
    rules = f"{len(shared_engine().rule_ids)} and {len(PACKS)} packs"
    table = Table(box=box.SIMPLE_HEAD, title="Stacks", title_justify="left", title_style="bold")
    table.add_column("Stack")
    for heading in ("Resources", "Rules checked", "Findings", "Acknowledged"):
        table.add_column(heading, justify="right")
    for name, resources in stacks.items():
        table.add_row(name, str(resources), rules, str(found[name]), str(known[name]))
    return table


def print_reasons(console: Console, acknowledged: list[tuple[str, str, str]]) -> None:
    """Print what the constructs acknowledge, by construct, with the reason."""
    if acknowledged:
        console.print("Acknowledged by the constructs", style="bold")
    for path, rules in groupby(acknowledged, key=lambda row: row[0]):
        console.print(f"  {path}", highlight=False)
        for _, rule, reason in rules:
            console.print(Padding(f"{escape(rule)}: {escape(reason)}", (0, 0, 0, 4)), style="dim")
    console.print()


if __name__ == "__main__":
    sys.exit(main())
