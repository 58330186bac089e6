"""The plugins that judge an app's templates when it is synthesized."""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import aws_cdk as cdk
import cdk_nag
import jsii

from constructs_lib import __version__
from constructs_lib.compliance import NAMESPACE
from constructs_lib.practices.engine import Engine, Finding

PACKS = (
    cdk_nag.AwsSolutionsChecks,
    cdk_nag.HIPAASecurityChecks,
    cdk_nag.NIST80053R4Checks,
    cdk_nag.NIST80053R5Checks,
    cdk_nag.PCIDSS321Checks,
    cdk_nag.ServerlessChecks,
)


def register(app: cdk.App) -> "RulesPlugin":
    """Register all packs and our plugin with the app, ours first: see :class:`RulesPlugin`."""
    rules = RulesPlugin()
    cdk.Validations.of(app).add_plugins(rules, *(pack() for pack in PACKS))
    return rules


@jsii.implements(cdk.IPolicyValidationPlugin)
class RulesPlugin:
    """CloudFormation's own rules and the Guard rules of our practices, on the native engine.

    The rules are compiled beside the construction of the app, which spends its time waiting for Node.
    """

    def __init__(self) -> None:
        self._compiler = ThreadPoolExecutor(max_workers=1)
        self._engine: Future[Engine] = self._compiler.submit(Engine)

    @property
    def name(self) -> str:
        """The namespace of acknowledgements, and the title of the report."""
        return NAMESPACE

    @property
    def version(self) -> str:
        """The version of this library."""
        return __version__

    @property
    def rule_ids(self) -> list[str]:
        """Every rule that is judged."""
        return self._engine.result().rule_ids

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Judge every template of the app."""
        engine = self._engine.result()
        violations = [
            _violation(finding, stack.stack_construct_path)
            for stack in context.stack_templates
            for finding in engine.judge(Path(stack.template_path), region=stack.region, account=stack.account_id)
        ]
        return cdk.PolicyValidationPluginReport(success=not violations, violations=violations)


def _violation(finding: Finding, stack_path: str) -> cdk.PolicyViolation:
    return cdk.PolicyViolation(
        rule_name=finding.rule,
        description=finding.message,
        severity="error",
        fix=finding.fix or finding.reference,
        violating_resources=[
            cdk.PolicyViolatingResource(
                resource_logical_id=finding.resource,
                construct_path=None if finding.resource else stack_path,
                template_path=finding.template,
                locations=[finding.location] if finding.location else [],
            )
        ],
    )
