"""The plugins that judge an app's templates when it is synthesized."""

import atexit
import gc
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
import jsii

from constructs_lib import __version__
from constructs_lib.packs import PACKS
from constructs_lib.practices.finding import Finding
from constructs_lib.practices.practice import NAMESPACE
from constructs_lib.practices.verdicts import Verdicts, shared_verdicts

if TYPE_CHECKING:
    from constructs_lib.practices.engine import Engine

FORMATS: Final = frozenset({"E1150", "E1151", "E1152", "E1153", "E1154", "E1155", "E1156", "F3031"})
"""The rules of how identifiers are spelled, which the values that CDK makes up until a lookup do not keep."""

HOST_TRACES: Final = "JSII_HOST_STACK_TRACES"
"""The environment variable with which Python tells CDK the lines of the app that make a resource."""
DISABLE_TRACES: Final = "aws:cdk:disable-creation-stack-traces"
"""The context with which CDK traces no resource, if not with ``--debug``."""


def register(app: cdk.App) -> "RulesPlugin":
    """Register all packs with the app, between the start and the end of our own rules."""
    rules = RulesPlugin(shared_verdicts())
    cdk.Validations.of(app).add_plugins(HeadStart(rules), *(pack() for pack in PACKS), rules)
    _leave_out_traces(app)
    _exit_at_once()
    return rules


def _leave_out_traces(app: cdk.App) -> None:
    """Keep Node from tracing who made each resource, unless Python tells: no line of an app in Python is among them.

    What the app says itself stands; and where constructs were made before, CDK takes no more context.
    """
    told = os.environ.get(HOST_TRACES, "").lower() in ("1", "true", "yes")
    node = app.node
    if not told and not node.children and node.try_get_context(DISABLE_TRACES) is None:
        node.set_context(DISABLE_TRACES, value=True)


@cache
def _exit_at_once() -> None:
    """Let Python exit without a last search for garbage among CDK's many classes, which takes a tenth of the time."""
    atexit.register(gc.freeze)


_WORKERS: Final = ThreadPoolExecutor(max_workers=max(1, (os.cpu_count() or 1) - 1))
"""They leave one processor to Node, which walks the construct tree meanwhile, and is what everything waits for."""


def _engine() -> "Engine":
    """Return the engine, which is imported when something is to be judged."""
    from constructs_lib.practices.engine import shared_engine

    return shared_engine()


def _with_nested(template: Path) -> Iterator[Path]:
    """Yield the template of a stack and those of the stacks nested in it, of which CDK does not tell its plugins."""
    yield template
    assets = template.with_name(template.name.replace(".template.json", ".assets.json"))
    if assets.exists():
        for asset in json.loads(assets.read_text(encoding="utf-8"))["files"].values():
            path = asset["source"].get("path", "")
            if path.endswith(".nested.template.json"):
                yield template.with_name(path)


def _is_final(assembly: Path) -> bool:
    """Tell whether nothing is looked up in an account any more; until then templates hold values made up by CDK."""
    manifest = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))
    return not manifest.get("missing")


@jsii.implements(cdk.IPolicyValidationPlugin)
class RulesPlugin:
    """CloudFormation's own rules and the Guard rules of our practices, on the native engine.

    Python waits for Node most of the time, and the engine needs neither: its rules are compiled while the app is
    built, and the templates are judged while the packs walk the construct tree. A template that was judged before is
    not judged again.

    Args:
        verdicts: What was found before.
    """

    def __init__(self, verdicts: Verdicts) -> None:
        self._verdicts = verdicts
        self._judged: dict[str, Future[list[Finding]]] = {}
        if not verdicts.used:
            _WORKERS.submit(_engine)

    @property
    def name(self) -> str:
        """The namespace of acknowledgements, and the title of the report."""
        return NAMESPACE

    @property
    def version(self) -> str:
        """The version of this library."""
        return __version__

    @property
    def rule_ids(self) -> None:
        """Not told: CDK would write hundreds into the metadata of every template."""

    def begin(self, context: cdk.IPolicyValidationContext) -> None:
        """Begin to judge the templates, which are final by now, whatever became of an earlier synthesis."""
        stacks = {Path(it.template_path): it for it in context.stack_templates}
        final = {assembly: _is_final(assembly) for assembly in {path.parent for path in stacks}}
        self._judged = {
            stack.template_path: _WORKERS.submit(
                self._judge, path, stack.region, stack.account_id, final=final[path.parent]
            )
            for path, stack in stacks.items()
        }

    def _judge(self, template: Path, region: str | None, account: str | None, *, final: bool) -> list[Finding]:
        """Judge the template of a stack, and those of the stacks nested in it."""
        return [
            finding
            for path in _with_nested(template)
            for finding in self._verdict(path, region, account)
            if final or finding.rule not in FORMATS
        ]

    def _verdict(self, template: Path, region: str | None, account: str | None) -> list[Finding]:
        """Return what is found in one template."""
        place: dict[str, str | None] = {"region": region, "account": account}
        return self._verdicts.find_or_judge(lambda: _engine().judge(template, **place), template, **place)

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Report every finding in the templates of the app."""
        found: dict[tuple[str, str, str | None], list[cdk.PolicyViolatingResource]] = defaultdict(list)
        for stack in context.stack_templates:
            for it in self._judged[stack.template_path].result():
                found[it.rule, it.message, it.fix or it.reference].append(_resource(it, stack.stack_construct_path))
        violations = [
            cdk.PolicyViolation(
                rule_name=rule, description=message, severity="error", fix=fix, violating_resources=resources
            )
            for (rule, message, fix), resources in found.items()
        ]
        return cdk.PolicyValidationPluginReport(success=not violations, violations=violations)


@jsii.implements(cdk.IPolicyValidationPlugin)
class HeadStart:
    """Comes first, finds nothing, and lets our rules begin beside the packs.

    Args:
        rules: What begins.
    """

    def __init__(self, rules: RulesPlugin) -> None:
        self._rules = rules

    @property
    def name(self) -> str:
        """Never seen in a report, since it has nothing to report."""
        return f"{NAMESPACE} head start"

    @property
    def version(self) -> str:
        """The version of this library."""
        return __version__

    @property
    def rule_ids(self) -> None:
        """None: the rules are those of :class:`RulesPlugin`."""

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Begin to judge, and report nothing."""
        self._rules.begin(context)
        return cdk.PolicyValidationPluginReport(success=True, violations=[])


def _resource(finding: Finding, stack_path: str) -> cdk.PolicyViolatingResource:
    return cdk.PolicyViolatingResource(
        resource_logical_id=finding.resource if finding.resource_type else None,
        construct_path=None if finding.resource_type else stack_path,
        template_path=finding.template,
        locations=[finding.location] if finding.location else [],
    )
