"""The report as JUnit XML, for what shows test results."""

import re
from collections.abc import Iterable
from io import BytesIO
from itertools import groupby

from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

from constructs_lib.cli.acknowledgements import IdleWaiver
from constructs_lib.cli.report import Judged, Report
from constructs_lib.cli.template import Unchecked
from constructs_lib.practices.finding import Finding

_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report) -> str:
    """Write the report with a suite for each template, and in it a case for each rule and resource.

    An open finding is a failure, an acknowledged one is skipped for its reason. A template without findings is one
    case that passes, since a suite without cases counts as a mistake where results are shown. What was not checked
    is skipped, in a suite of its own, and so are waivers that change nothing.
    """
    results = JUnitXml("constructs-lib")
    for judged in report.judged:
        results.add_testsuite(_suite(judged))
    for name, notes in (("not checked", report.unchecked), ("waivers without effect", report.idle_waivers)):
        if notes:
            results.add_testsuite(_skipped(name, notes))
    results.update_statistics()  # type: ignore[no-untyped-call]
    content = BytesIO()
    results.write(content)
    return content.getvalue().decode()


def _suite(judged: Judged) -> TestSuite:
    name = _clean(str(judged.template))
    together = groupby(sorted(judged.findings, key=_rule_and_resource), key=_rule_and_resource)
    cases = [_case([*findings], name) for _, findings in together]
    suite = TestSuite(name)
    suite.add_testcases(cases or [TestCase("all rules", name)])
    return suite


def _skipped(name: str, notes: Iterable[Unchecked | IdleWaiver]) -> TestSuite:
    suite = TestSuite(name)
    for path, reason in notes:
        case = TestCase(_clean(f"{path}: {reason}"), suite.name)
        case.result = Skipped(_clean(reason))
        suite.add_testcase(case)
    return suite


def _rule_and_resource(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.resource or ""


def _case(findings: list[Finding], suite: str) -> TestCase:
    """Make the case of one rule and one resource, whose findings are open or acknowledged together."""
    first = findings[0]
    case = TestCase(_clean(f"{first.rule} {first.construct_path or first.resource or ''}".rstrip()), suite)
    result = Failure(_clean(first.message), first.severity) if first.reason is None else Skipped(_clean(first.reason))
    result.text = _clean("\n".join(f"{it.template}:{it.line or 1}: {it.message}" for it in findings))
    case.result = result
    return case


def _clean(text: str) -> str:
    """Replace what XML cannot hold."""
    return _NOT_IN_XML.sub("\ufffd", text)
