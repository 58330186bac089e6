"""Runs the command, on templates that break exactly one rule and on an assembly that CDK wrote."""

from collections.abc import Callable
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from constructs import Construct
from typer.testing import CliRunner, Result

from constructs_lib.cli.app import app

CLEAN = "Resources: {Handle: {Type: AWS::CloudFormation::WaitConditionHandle}}"
BREAKS_ROTATION = """\
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: {Version: "2012-10-17", Statement: []}
"""
WAIVES_ROTATION = BREAKS_ROTATION.replace(
    "    Properties", '    Metadata: {constructs-lib: {waived: {KMS_ROTATION: "imported material"}}}\n    Properties'
)
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}

Run = Callable[..., Result]
Write = Callable[[str, str], Path]


@pytest.fixture
def run() -> Run:
    """Run the command with arguments, as a shell would."""

    def invoke(*arguments: str | Path) -> Result:
        result = CliRunner(env={"COLUMNS": "80"}).invoke(app, [str(it) for it in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return invoke


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file into the test's own folder."""

    def write_file(name: str, content: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    return write_file


def _key(scope: Construct, id: str, *, rotated: bool = False) -> kms.CfnKey:
    return kms.CfnKey(scope, id, key_policy=POLICY, enable_key_rotation=rotated)


def _acknowledge(construct: Construct, rule: str, reason: str) -> None:
    cdk.Validations.of(construct).acknowledge(cdk.Acknowledgment(id=rule, reason=reason))


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Synthesize keys that do not rotate: open, acknowledged in all ways there are, nested, and in a stage."""
    app = cdk.App(outdir=str(tmp_path_factory.mktemp("cdk.out")), builtin_cloud_formation_validation=False)
    top = cdk.Stack(app, "Top", env=cdk.Environment(account="123456789012", region="eu-west-1"))
    _key(top, "Key")
    vault = Construct(top, "Vault")
    _key(vault, "Key")
    _acknowledge(vault, "constructs-lib::KMS_ROTATION", "on the construct above")
    waived = _key(top, "Waived")
    waived.add_metadata("constructs-lib", {"waived": {"KMS_ROTATION": "in the template"}})
    _acknowledge(_key(top, "OtherEngine"), "CloudFormation-Validate::KMS_ROTATION", "not ours")
    unused = cdk.CfnParameter(top, "Unused")
    _acknowledge(unused, "CloudFormation-Validate::W2001", "for a later version")
    inner = cdk.NestedStack(top, "Inner")
    _acknowledge(_key(inner, "Key"), "constructs-lib::KMS_ROTATION", "in the nested stack")
    stage = cdk.Stage(app, "Prod")
    _key(cdk.Stack(stage, "Data"), "Key")
    cdk.Stack(stage, "Empty")
    return Path(app.synth().directory)
