"""Every stack under six nag packs, CloudFormation's own rules, cfn-lint and ours: no finding is left."""

import itertools
import subprocess
import sys
from pathlib import Path

import aws_cdk as cdk
import pytest
from syrupy.assertion import SnapshotAssertion

import stacks
from stacks.clickstream_lake import ClickstreamLake
from stacks.clickstream_warehouse import clickstream_warehouse
from stacks.foundation import Foundation
from tests.synthesis import ACCOUNT, CHINA, IRELAND, Verdict, judge, new_app

ENVIRONMENTS = {"ireland": IRELAND, "china": CHINA, "agnostic": None}


def _judged(where: str) -> Verdict:
    app = new_app()
    stacks.build(app, ENVIRONMENTS[where])
    return judge(app)


@pytest.fixture(scope="module")
def verdict() -> Verdict:
    """All stacks in Ireland."""
    return _judged("ireland")


@pytest.mark.parametrize("where", ENVIRONMENTS)
def test_no_finding_is_left(where: str) -> None:
    assert _judged(where).findings == []


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-northwest-1"])
def test_streams_lakes_and_warehouses_are_clean_in_every_partition(region: str) -> None:
    """The databases beside them are not: GovCloud has no backtracking."""
    app, env = new_app(), cdk.Environment(account=ACCOUNT, region=region)
    foundation = Foundation(app, "Foundation", env=env)
    lake = ClickstreamLake(app, "ClickstreamLake", foundation=foundation, env=env)
    clickstream_warehouse(app, foundation=foundation, clicks=lake.clicks, env=env)
    assert judge(app).findings == []


def test_all_stacks_are_judged(verdict: Verdict) -> None:
    assert {path.name for path in verdict.folder.glob("*.template.json")} == {
        "AccountsFrankfurt.template.json",
        "AccountsIreland.template.json",
        "AccountsVirginia.template.json",
        "CatalogDatabase.template.json",
        "ClickstreamCopies.template.json",
        "ClickstreamLake.template.json",
        "ClickstreamWarehouse.template.json",
        "Foundation.template.json",
        "OrdersDatabase.template.json",
        "OrdersTable.template.json",
        "ReviewsDatabase.template.json",
    }


def test_the_list_of_acknowledgements_is_what_was_reviewed(verdict: Verdict, snapshot: SnapshotAssertion) -> None:
    assert [" | ".join(entry) for entry in verdict.acknowledged] == snapshot


def test_every_acknowledgement_says_whose_rule_it_is(verdict: Verdict) -> None:
    packs = {"constructs-lib", "CloudFormation-Validate", "AwsSolutions", "Serverless"}
    packs |= {"Annotation", "HIPAA.Security", "NIST.800.53.R4", "NIST.800.53.R5", "PCI.DSS.321"}
    assert {rule for _, rule in verdict.acknowledgements if rule.partition("::")[0] not in packs} == set()
    assert all("::" in rule for _, rule in verdict.acknowledgements)


def test_every_acknowledgement_has_a_reason(verdict: Verdict) -> None:
    assert [entry for entry, reason in verdict.acknowledgements.items() if len(reason.split()) < 4] == []


LOG_BUCKETS = (
    "ClickstreamLake/Lake/Bucket/AccessLogs/Bucket",
    "ClickstreamLake/Lake/Queries/Results/AccessLogs/Bucket",
)
NOT_HERE = {
    # Speaks only where the function is given, and does not name the queue itself.
    ("OrdersTable/Audit/DeadLetters/Queue", "AwsSolutions::AwsSolutions-SQS3"),
    ("ClickstreamWarehouse/Warehouse/Sql/DeadLetters/Queue", "AwsSolutions::AwsSolutions-SQS3"),
    # Speak only where what is logged is in another stack: here the rules see that it is a bucket for logs.
    *itertools.product(
        LOG_BUCKETS,
        (
            "AwsSolutions::AwsSolutions-S1",
            "HIPAA.Security::HIPAA.Security-S3BucketLoggingEnabled",
            "NIST.800.53.R4::NIST.800.53.R4-S3BucketLoggingEnabled",
            "NIST.800.53.R5::NIST.800.53.R5-S3BucketLoggingEnabled",
            "PCI.DSS.321::PCI.DSS.321-S3BucketLoggingEnabled",
            "constructs-lib::S3_ACCESS_LOGS",
            "constructs-lib::S3_ALARMS",
            "constructs-lib::S3_ENCRYPTION",
        ),
    ),
    # A warning of the L2's, which AWS CDK takes out of the report when it is acknowledged.
    ("CatalogDatabase/Catalog/Cluster", "Annotation::@aws-cdk/aws-rds:provisionedReadersDontMatchWriter"),
}


def test_every_acknowledgement_is_needed(verdict: Verdict) -> None:
    """What answers no finding would hide a later one."""
    suppressed = [it for _, it in verdict.listed("suppressedViolations")]
    needed = {(it["acknowledgedAt"], it["acknowledgedId"]) for it in suppressed}
    made = {it for it in verdict.acknowledgements if not it[1].startswith("CloudFormation-Validate")}
    assert made - needed == NOT_HERE


def test_users_suppress_nothing() -> None:
    """Our stacks hold no acknowledgement of their own: the constructs make them all."""
    sources = [path.read_text(encoding="utf-8") for path in Path(stacks.__file__).parent.glob("*.py")]
    assert not any("acknowledge" in source.lower() for source in sources)


def _lint(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("cfn-lint")), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_cfn_lint_finds_nothing() -> None:
    """W3005 is noise: AWS CDK's L2s spell out dependencies that a reference already implies."""
    files = [str(path) for path in _judged("agnostic").folder.glob("*.template.json")]
    done = _lint("--ignore-checks", "W3005", "--", *files)
    assert len(files) == 10
    assert (done.stdout + done.stderr, done.returncode) == ("", 0)


def test_cfn_lint_would_find_something(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {"Kye": 1}}}}', encoding="utf-8")
    done = _lint(str(wrong))
    assert done.returncode == 2
    assert "Kye" in done.stdout
