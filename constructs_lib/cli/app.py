"""The commands and their options."""

import re
import sys
from contextlib import suppress
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn, TextIO

import typer

from constructs_lib import __version__
from constructs_lib.cli.practice_pages import (
    guard_rule,
    practice_markdown,
    practice_text,
    practices_markdown,
    practices_of,
    practices_text,
    rule_text,
)
from constructs_lib.cli.report import Report, judge, known_rules
from constructs_lib.cli.search import CouldNotRunError
from constructs_lib.practices import CATALOGUE, guard_rules
from constructs_lib.practices.verdicts import shared_verdicts

FINDINGS = 1
"""The exit status when findings are open."""
COULD_NOT_RUN = 2
"""The exit status when something could not be judged, or was asked in a way that makes no sense."""

STANDARD_OUTPUT = Path("-")

_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d+")

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class ReportFormat(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"constructs-lib {__version__}")
        raise typer.Exit


@app.callback()
def constructs_lib(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Judge AWS CDK apps and CloudFormation templates by AWS's own rules and the practices of constructs_lib."""


def _check_region(region: str | None) -> str | None:
    if region is not None and not _REGION.fullmatch(region):
        raise typer.BadParameter(f"got {region!r}; allowed: the code of an AWS Region, such as eu-west-1.")
    return region


def _path(given: str) -> Path:
    if not given.strip():
        raise typer.BadParameter("got a blank path; allowed: what is to be checked; . is the working directory.")
    return Path(given)


@app.command()
def check(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH",
            parser=_path,
            show_default=False,
            help="Cloud assemblies (cdk.out), templates, or folders of these.",
        ),
    ],
    report_format: Annotated[
        ReportFormat, typer.Option("--format", "-f", help="How to write the report.")
    ] = ReportFormat.TEXT,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the report to this file; - is the standard output."),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(callback=_check_region, help="The AWS Region of the templates that do not say theirs."),
    ] = None,
) -> None:
    """Judge cloud assemblies and CloudFormation templates.

    The exit status is 0 when no finding is open, 1 when some are, and 2 when something could not be judged.
    Acknowledged findings are listed with their reasons.
    """
    if output == STANDARD_OUTPUT:
        output = None
    try:
        report = judge(paths, region=region)
    except CouldNotRunError as error:
        if output is not None and output.is_file() and not output.is_symlink():
            with suppress(OSError):
                output.unlink()  # A report of an earlier run would be taken for one of this.
        _refuse(*map(str, error.problems))
    try:
        _write(report, report_format, output)
    except BrokenPipeError:
        raise  # Whoever reads has seen enough; Typer ends in silence.
    except OSError as error:
        _refuse(f"{output or 'standard output'}: {error.strerror}. Give --output a file that can be written.")
    if output is not None:
        typer.echo(f"{len(report.open)} open and {len(report.acknowledged)} acknowledged: {output}", err=True)
    if report.open:
        raise typer.Exit(FINDINGS)


@app.command()
def practices(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="ID",
            show_default=False,
            help="The practice to explain, what answers a control or a rule, or any rule; none lists all.",
        ),
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write Markdown, as in PRACTICES.md.")] = False,
    guard: Annotated[bool, typer.Option("--guard", help="Write the Guard rules, for a Guard hook.")] = False,
) -> None:
    """List the practices, or explain one: its source, its Guard rule, and how to waive it."""
    if name is None:
        print(guard_rules() if guard else practices_markdown() if markdown else practices_text(), end="")
    elif found := practices_of(name):
        pages = map(practice_markdown if markdown else practice_text, found)
        print(guard_rule(*found) if guard else "\n".join(pages), end="")
    elif (rule := name.upper()) not in (rules := known_rules(shared_verdicts())):
        close = get_close_matches(rule, CATALOGUE)
        meant = f"Did you mean {' or '.join(close)}? " if close else ""
        _refuse(
            f"no practice, rule or control is called {name!r}. {meant}`constructs-lib practices` lists all practices."
        )
    elif guard or markdown:
        _refuse(f"{rule} is a rule of CloudFormation's own: it is no practice, and has no Guard rule.")
    else:
        print(rule_text(rule, rules[rule]), end="")


def _refuse(*problems: str) -> NoReturn:
    """Say everything that is wrong, and end."""
    for problem in problems:
        typer.echo(f"constructs-lib: {problem}", err=True)
    raise typer.Exit(COULD_NOT_RUN)


def _write(report: Report, report_format: ReportFormat, output: Path | None) -> None:
    """Write the report: for programs in UTF-8, whatever the terminal is.

    Raises:
        OSError: It cannot be written.
    """
    if report_format is not ReportFormat.TEXT:
        content = f"{_render(report, report_format)}\n".encode("utf-8", "backslashreplace")
        if output is None:
            typer.echo(content, nl=False)
        else:
            output.write_bytes(content)
    elif output is None:
        _write_text(report, sys.stdout, terminal=None)
        sys.stdout.flush()
    else:
        with output.open("w", encoding="utf-8", errors="backslashreplace") as stream:
            _write_text(report, stream, terminal=False)


def _write_text(report: Report, stream: TextIO, *, terminal: bool | None) -> None:
    """Write text; what a stream is that is not said to be a terminal or none, is found out."""
    from rich.console import Console

    from constructs_lib.cli import text_report

    text_report.write(report, Console(file=stream, force_terminal=terminal, markup=False, emoji=False, highlight=False))


def _render(report: Report, report_format: ReportFormat) -> str:
    """Return the report for programs; what only one format needs is imported for it alone."""
    match report_format:
        case ReportFormat.SARIF:
            from constructs_lib.cli import sarif_report

            return sarif_report.render(report)
        case ReportFormat.JUNIT:
            from constructs_lib.cli import junit_report

            return junit_report.render(report)
        case _:
            from constructs_lib.cli import json_report

            return json_report.render(report)
