"""The pages in docs: their code runs, and their numbers are those that the constructs compute."""

import ast
import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import aws_cdk as cdk
import pytest

from constructs_lib import firehose, functions, kinesis
from tests.dynamodb.tables import CODE
from tests.synthesis import FEATURE_FLAGS, ROOT, Template

PAGES: Final = sorted((ROOT / "docs").glob("*.md"))
HIGH_VOLUME: Final = (ROOT / "docs" / "high-volume-streams.md").read_text(encoding="utf-8")
BLOCK: Final = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)

RECORDS: Final = 100_000
RECORD_KIB: Final = 1
RECORD_BYTES: Final = RECORD_KIB * 1024
DAY_SECONDS: Final = 86_400


def _run(page: Path, folder: Path) -> str:
    """Run the code of a page in a folder as a reader would, and return what it prints."""
    return _run_code("\n".join(BLOCK.findall(page.read_text(encoding="utf-8"))), folder)


def _run_code(code: str, folder: Path) -> str:
    """Run an app in a process and a folder of its own, where findings end it, and return what it prints."""
    (folder / "audit").mkdir()
    (folder / "audit" / "index.py").write_text("def handler(event, context): ...\n", encoding="utf-8")
    script = folder / "app.py"
    script.write_text(code, encoding="utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "CDK_OUTDIR": str(folder / "cdk.out"),
        "CDK_CONTEXT_JSON": json.dumps(FEATURE_FLAGS),
    }
    run = subprocess.run([sys.executable, script], cwd=folder, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def high_volume(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Template]:
    """What the code of the page prints, and the template that it makes; synthesis raises on findings."""
    folder = tmp_path_factory.mktemp("docs")
    printed = _run(ROOT / "docs" / "high-volume-streams.md", folder)
    content = (folder / "cdk.out" / "Clickstream.template.json").read_text(encoding="utf-8")
    return printed, Template(json.loads(content))


LEFT_TO_THE_READER: Final = """
from aws_cdk import aws_dynamodb, aws_iam
from constructs_lib import dsql, dynamodb, permissions
from constructs_lib.functions import FunctionCode
from constructs_lib.permissions import Permission

shop, analyst, role = (
    aws_iam.Role(stack, name, assumed_by=aws_iam.AccountRootPrincipal()) for name in ("Visitors", "Analyst", "Reader")
)
customer = aws_dynamodb.Attribute(name="customer", type=aws_dynamodb.AttributeType.STRING)
ledger = dynamodb.Table(stack, "Ledger", partition_key=customer, stream=aws_dynamodb.StreamViewType.KEYS_ONLY)
audit = dynamodb.StreamConsumer(stack, "Audit", table=ledger, function=FunctionCode("audit", vpc=vpc))
ireland, frankfurt, virginia = (
    cdk.Stack(app, name, env=cdk.Environment(account="123456789012", region=region))
    for name, region in (("Ireland", "eu-west-1"), ("Frankfurt", "eu-central-1"), ("Virginia", "us-east-1"))
)
ireland_vpc, frankfurt_vpc, virginia_vpc = (
    isolated_vpc.IsolatedVpc(it, "Network").vpc for it in (ireland, frankfurt, virginia)
)
"""
"""What the blocks of the README use beside its app."""


def test_the_readme_is_one_app_without_findings(tmp_path: Path) -> None:
    app, *others = BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    code = [app.replace("app.synth()", ""), LEFT_TO_THE_READER, *others, "app.synth()"]
    _run_code("\n".join(code), tmp_path)
    made = {it.name.partition(".")[0] for it in (tmp_path / "cdk.out").glob("*.template.json")}
    assert made == {"Shop", "Ireland", "Frankfurt", "Virginia"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_is_python(page: Path) -> None:
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    assert blocks
    for block in blocks:
        ast.parse(block)


def test_the_code_says_and_makes_what_the_page_says(high_volume: tuple[str, Template]) -> None:
    printed, written = high_volume
    assert printed.startswith("125 shards, of which the peak uses 80 % at most: 100000 records a second want 125")
    assert "That is 125 shards: records want 125, writes 123, and two shared readers 123." in HIGH_VOLUME
    assert "want 123; reads of 195.3 MiB a second want 123." in printed
    assert written.properties("AWS::Kinesis::Stream")["ShardCount"] == 125
    mapping = written.properties("AWS::Lambda::EventSourceMapping")
    functions_made = written.of_type("AWS::Lambda::Function").values()
    reserved = {it["Properties"].get("ReservedConcurrentExecutions") for it in functions_made}
    endpoints = written.of_type("AWS::EC2::VPCEndpoint").values()
    zones = sum(len(it["Properties"].get("SubnetIds", ())) for it in endpoints)
    assert f"| {zones * 24}, and the 8.05 TiB that the view reads |" in HIGH_VOLUME
    assert 125 * mapping["ParallelizationFactor"] in reserved


def _traffic(readers: int) -> kinesis.Traffic:
    size = cdk.Size.kibibytes(RECORD_KIB)
    return kinesis.Traffic(records_per_second=RECORDS, record_size=size, shared_consumers=readers)


def _computed() -> list[str]:
    """What the page says that follows from the load."""
    mib = RECORDS * RECORD_BYTES / 2**20
    day_tib = mib * DAY_SECONDS / 2**20
    objects = mib * 3600 / firehose.Buffering().mebibytes
    shards = _traffic(2).shards
    third = _traffic(3).shards
    used_up = math.ceil(mib * 3 / 2)
    peak = RECORDS / shards
    return [
        f"{mib:.1f} MiB, or {RECORDS * RECORD_BYTES / 1e6:.1f} MB",
        f"| An hour | {mib * 3600 / 1024:.0f} GiB |",
        f"| A day | {day_tib:.2f} TiB, in {RECORDS * DAY_SECONDS / 1e9:.2f} billion records |",
        f"| Seven days, which the stream keeps | {day_tib * 7:.1f} TiB |",
        *(
            f"| {readers} | {mib * readers:.1f} MiB a second | {least} | {_traffic(readers).shards} |"
            for readers, least in ((1, 100), (2, 100), (3, used_up))
        ),
        f"the third reader costs {third - shards} shards",
        f"full every {128 / mib:.1f} seconds",
        f"at least {objects:,.0f} objects an",
        f"would be {objects:,.0f} COPYs an hour",
        *(f"| {factor} | {shards * factor:,} | {1000 * factor / peak:.2f} s |" for factor in (1, 2, 8)),
        f"of {peak:.0f} records a second in each shard",
        f"its default, {functions.FunctionCode(CODE).reserved_concurrency}, would hold back "
        f"{shards - 10} of {shards} shards",
        f"{1000 * RECORD_BYTES * 4 / 3 / 1e6:.1f} MB in base64",
        f"| Shard-hour | {shards * 24:,} |",
        f"{RECORDS * DAY_SECONDS / 1e6:,.0f} million; {RECORDS * DAY_SECONDS / 24 / 1e6:,.0f} million with 24 events",
        f"| {day_tib * 5:.1f} TiB: five times the data; {day_tib:.2f} TiB with 5 events",
        f"| {objects * 24:,.0f} PUTs at least |",
        f"The view grows by {day_tib:.2f} TiB",
    ]


@pytest.mark.parametrize("said", _computed())
def test_the_numbers_are_those_of_the_load(said: str) -> None:
    assert said in HIGH_VOLUME
