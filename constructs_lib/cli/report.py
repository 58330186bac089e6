"""Judges templates, and holds what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cloudformation_validate import ValidationError

from constructs_lib.cli.acknowledgements import Acknowledgements
from constructs_lib.cli.search import CouldNotRunError, find
from constructs_lib.cli.template import Template, TemplateError, Unchecked
from constructs_lib.practices.engine import Engine, TemplateSyntaxError, shared_engine
from constructs_lib.practices.finding import Finding


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
    """

    judged: tuple[Judged, ...]
    unchecked: tuple[Unchecked, ...]
    rules: Mapping[str, str]

    @property
    def open(self) -> list[Finding]:
        """The open findings of all templates."""
        return [finding for judged in self.judged for finding in judged.open]

    @property
    def acknowledged(self) -> list[Finding]:
        """The acknowledged findings of all templates."""
        return [finding for judged in self.judged for finding in judged.acknowledged]


def judge(paths: Sequence[Path], *, region: str | None = None) -> Report:
    """Judge all templates that paths stand for.

    Args:
        paths: Cloud assemblies, templates, and folders that hold either.
        region: The Region of the templates that do not say theirs; None judges these by what every Region has.

    Raises:
        CouldNotRunError: Something cannot be judged, or there is nothing to judge.
    """
    found = find(paths)
    engine = shared_engine()
    judged = [_judge(engine, replace(it, region=it.region or region)) for it in found.templates]
    if problems := [it for it in judged if isinstance(it, TemplateError)]:
        raise CouldNotRunError(problems)
    complete = tuple(it for it in judged if isinstance(it, Judged))
    left_out = [Unchecked(it.path, reason) for it in found.templates for reason in it.left_out]
    return Report(complete, (*found.unchecked, *left_out), engine.rules)


def _judge(engine: Engine, template: Template) -> Judged | TemplateError:
    try:
        findings = engine.judge(template.path, region=template.region, account=template.account)
    except OSError as error:
        return TemplateError(template.path, f"{error.strerror}", "Make it readable, or leave it out.")
    except TemplateSyntaxError as error:
        return TemplateError(template.path, f"cannot be parsed: {error}", "Synthesize the app again.")
    except ValidationError.Engine as error:
        return TemplateError(template.path, f"the engine failed: {error.msg}", "Report this as a defect.")
    acknowledgements = Acknowledgements(template)
    explained = map(acknowledgements.explain, findings)
    return Judged(template, tuple(sorted(explained, key=lambda it: (it.line or 0, it.rule, it.message))))
