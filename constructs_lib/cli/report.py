"""Judges templates, and holds what came of it."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from constructs_lib.cli.acknowledgements import Acknowledgements, IdleWaiver, idle_waivers
from constructs_lib.cli.search import CouldNotRunError, find
from constructs_lib.cli.template import Template, TemplateError, Unchecked, read_text
from constructs_lib.practices.finding import Finding
from constructs_lib.practices.verdicts import Verdicts, shared_verdicts


@dataclass(frozen=True, slots=True)
class Judged:
    """One template and all that was found in it.

    Args:
        template: The template.
        findings: Open and acknowledged ones, in the order of their lines.
    """

    template: Template
    findings: tuple[Finding, ...]

    @property
    def open(self) -> list[Finding]:
        """What has to be corrected, or acknowledged with a reason."""
        return [finding for finding in self.findings if finding.reason is None]

    @property
    def acknowledged(self) -> list[Finding]:
        """What stands for a reason."""
        return [finding for finding in self.findings if finding.reason is not None]


@dataclass(frozen=True, slots=True)
class Report:
    """What came of judging templates.

    Args:
        judged: Each template with its findings.
        unchecked: Files and folders that were met and not judged, and parts of templates.
        rules: What each rule says that the templates were judged by, by its id.
        idle_waivers: Waivers that change nothing.
    """

    judged: tuple[Judged, ...]
    unchecked: tuple[Unchecked, ...]
    rules: Mapping[str, str]
    idle_waivers: tuple[IdleWaiver, ...]

    @property
    def open(self) -> list[Finding]:
        """The open findings of all templates."""
        return [finding for judged in self.judged for finding in judged.open]

    @property
    def acknowledged(self) -> list[Finding]:
        """The acknowledged findings of all templates."""
        return [finding for judged in self.judged for finding in judged.acknowledged]


def judge(paths: Sequence[Path], *, region: str | None = None) -> Report:
    """Judge all templates that paths stand for, and those that have not changed by what was found in them before.

    Args:
        paths: Cloud assemblies, templates, and folders that hold either.
        region: The Region of the templates that do not say theirs; None judges these by what every Region has.

    Raises:
        CouldNotRunError: Something cannot be judged, or there is nothing to judge.
    """
    found = find(paths)
    verdicts = shared_verdicts()
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as workers:
        given = [replace(it, region=it.region or region) for it in found.templates]
        judged = [*workers.map(lambda it: _judge(verdicts, it), given)]
    if problems := [it for it in judged if isinstance(it, TemplateError)]:
        raise CouldNotRunError(problems)
    complete = tuple(it for it in judged if isinstance(it, Judged))
    left_out = [Unchecked(it.path, reason) for it in found.templates for reason in it.left_out]
    rules = known_rules(verdicts)
    idle = [waiver for it in complete for waiver in idle_waivers(it.template, it.findings, rules)]
    return Report(complete, (*found.unchecked, *left_out), rules, tuple(idle))


def _judge(verdicts: Verdicts, template: Template) -> Judged | TemplateError:
    place = {"region": template.region, "account": template.account}
    try:
        findings = verdicts.find_or_judge(lambda: _find(template), template.path, **place)
    except OSError as error:
        return TemplateError(template.path, f"{error.strerror}", "Make it readable, or leave it out.")
    except TemplateError as error:
        return error
    acknowledgements = Acknowledgements(template)
    explained = map(acknowledgements.explain, findings)
    return Judged(template, tuple(sorted(explained, key=lambda it: (it.line or 0, it.rule, it.message))))


def _find(template: Template) -> list[Finding]:
    """Ask the engine, which is imported and compiled when something is to be judged.

    Raises:
        OSError: The template cannot be read.
        TemplateError: It cannot be judged.
    """
    from cloudformation_validate import TemplateContent, ValidationError

    from constructs_lib.practices.engine import TemplateSyntaxError, shared_engine

    content = TemplateContent(read_text(template.path), str(template.path))
    try:
        return shared_engine().judge(content, region=template.region, account=template.account)
    except TemplateSyntaxError as error:
        raise TemplateError(template.path, f"cannot be parsed: {error}", "Synthesize the app again.") from error
    except ValidationError.Engine as error:
        raise TemplateError(template.path, f"the engine failed: {error.msg}", "Report this as a defect.") from error


def known_rules(verdicts: Verdicts) -> Mapping[str, str]:
    """Return what each rule says, by its id; the engine is asked once."""
    rules = verdicts.find_rules()
    if rules is None:
        from constructs_lib.practices.engine import shared_engine

        rules = shared_engine().rules
        verdicts.keep_rules(rules)
    return rules
