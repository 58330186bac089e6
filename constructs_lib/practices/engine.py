"""Judges CloudFormation templates: AWS's own rules and ours, on the native engine."""

import ctypes
from functools import cache
from pathlib import Path
from threading import Lock

from cloudformation_validate import (
    CompositeEngine,
    CompositeEngineConfig,
    DetailLevel,
    Diagnostic,
    ExternalRuleSource,
    PseudoParameterOverrides,
    ReportStatus,
    RuleFilterConfig,
    RuleOrigin,
    Severity,
    TemplateContent,
    ValidateConfig,
)

from constructs_lib.practices.catalogue import CATALOGUE, guard_rules
from constructs_lib.practices.finding import Finding
from constructs_lib.practices.practice import NAMESPACE

NOT_JUDGED = {
    "W3005": "CDK's L2s spell out dependencies that a reference already implies.",
    "W1020": "CDK writes Fn::Sub in policies that it assembles, whether or not it has variables.",
    "E1018": "CDK splits tokens whose form is only known at deployment.",
    "W9002": "CDK declares the parameters of its bootstrap check and of its assets.",
    "W9013": "CDK names resources only where it must.",
    "W1103": "CDK's own conditions for Regions compare pseudo parameters with literals.",
}
"""Rules that CDK's built-in validation leaves out as well, because they misjudge what CDK itself writes."""


INCOMPLETE = "ANALYSIS_INCOMPLETE"
"""What a template is found with that is too large for the engine to judge it to the end."""


class TemplateSyntaxError(ValueError):
    """A template that cannot be read as JSON or YAML.

    Args:
        message: What is wrong.
        line: Where, counted from 1.
    """

    def __init__(self, message: str, line: int | None) -> None:
        self.line = line
        super().__init__(message)


class Engine:
    """Compiles the rules once, which takes a fifth of a second, and then judges a template in milliseconds."""

    def __init__(self) -> None:
        rules = ExternalRuleSource(name=NAMESPACE, content=guard_rules())
        self._engine = CompositeEngine(CompositeEngineConfig(guard_rules=[rules]))

    @property
    def rule_ids(self) -> list[str]:
        """The ids of all rules that are judged."""
        return sorted(self.rules)

    @property
    def rules(self) -> dict[str, str]:
        """What each rule that is judged says, by its id."""
        theirs = {rule.id: rule.description for rule in self._engine.list_rules() if rule.id not in NOT_JUDGED}
        return theirs | {practice.id: practice.claim for practice in CATALOGUE.values()}

    def judge(
        self, template: Path | TemplateContent, *, region: str | None = None, account: str | None = None
    ) -> list[Finding]:
        """Return every finding in one template.

        Args:
            template: A file in JSON or YAML, or its content.
            region: The Region that it will be deployed to; None, or one that the engine does not know, judges by what
                every Region has.
            account: The account that it will be deployed to.

        Raises:
            OSError: The file cannot be read.
            TemplateSyntaxError: The file is no template.
            cloudformation_validate.ValidationError: The engine failed.
        """
        config = ValidateConfig(
            exclude=RuleFilterConfig(ids=list(NOT_JUDGED)),
            detail_level=DetailLevel.STANDARD,
            severity_level=Severity.WARN,
            pseudo_parameter_overrides=PseudoParameterOverrides(account_id=account, region=region),
        )
        name = template.name if isinstance(template, TemplateContent) else str(template)
        report = self._engine.validate_template(template, config)
        if report.status is ReportStatus.ERROR:
            raise TemplateSyntaxError(report.diagnostics[0].message, report.diagnostics[0].start_line)
        findings = [_finding(diagnostic, name) for diagnostic in report.diagnostics]
        if report.status is ReportStatus.ANALYSIS_INCOMPLETE:
            findings.append(Finding(INCOMPLETE, "error", "Not everything was judged: split the template.", name))
        return findings


def shared_engine() -> Engine:
    """Return the engine that the process compiles once and keeps: a thread that comes second waits.

    It is never freed: that takes time, and fails with a message while Python shuts down.
    """
    with _COMPILING:
        return _compile()


_COMPILING = Lock()


@cache
def _compile() -> Engine:
    engine = Engine()
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(engine._engine))
    return engine


def _finding(diagnostic: Diagnostic, template: str) -> Finding:
    practice = CATALOGUE.get(diagnostic.rule_id) if diagnostic.source is RuleOrigin.GUARD else None
    entity = diagnostic.entity
    return Finding(
        rule=diagnostic.rule_id,
        severity="warning" if diagnostic.severity is Severity.WARN else "error",
        message=diagnostic.message,
        template=template,
        resource=entity.logical_id if entity else None,
        resource_type=entity.resource_type if entity else None,
        location=diagnostic.property_path,
        line=diagnostic.start_line,
        fix=diagnostic.suggested_fix,
        reference=practice.source if practice else None,
    )
