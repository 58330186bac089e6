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
    practice_markdown,
    practice_text,
    practices_markdown,
    practices_text,
)
from constructs_lib.cli.report import Report, judge
from constructs_lib.cli.search import CouldNotRunError
from constructs_lib.practices import CATALOGUE, Practice, guard_rules

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
    practice_id: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", show_default=False, help="The practice to explain; none lists all."),
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write Markdown, as in PRACTICES.md.")] = False,
    guard: Annotated[bool, typer.Option("--guard", help="Write the Guard rules of all, for a Guard hook.")] = False,
) -> None:
    """List the practices, or explain one: its source, its Guard rule, and how to waive it."""
    if guard:
        print(guard_rules(), end="")
    elif practice_id is None:
        print(practices_markdown() if markdown else practices_text(), end="")
    else:
        practice = _practice(practice_id)
        print(practice_markdown(practice) if markdown else practice_text(practice), end="")


def _practice(practice_id: str) -> Practice:
    """Return the practice of an id, or end with what it may have meant."""
    practice = CATALOGUE.get(practice_id.upper())
    if practice is None:
        close = get_close_matches(practice_id.upper(), CATALOGUE)
        meant = f"Did you mean {' or '.join(close)}? " if close else ""
        _refuse(f"no practice has the id {practice_id!r}. {meant}`constructs-lib practices` lists all.")
    return practice


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
