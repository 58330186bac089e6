"""Resources that are made together."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib.fragments import Fragment
from tests.synthesis import template

ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
}
PROFILE = {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "Role"}]}}


def _fragment(stack: cdk.Stack, resources: Mapping[str, Mapping[str, Any]], id: str = "Part") -> Fragment:
    return Fragment(Construct(stack, id), resources)


def test_resources_refer_to_each_other(stack: cdk.Stack) -> None:
    _fragment(stack, {"Profile": PROFILE, "Role": ROLE})
    written = template(stack)
    [role] = written.of_type("AWS::IAM::Role")
    assert role.startswith("PartRole")
    assert written.properties("AWS::IAM::InstanceProfile") == {"Roles": [{"Ref": role}]}


def test_tokens_refer_to_what_is_made_elsewhere(stack: cdk.Stack) -> None:
    key = kms.Key(stack, "Key")
    _fragment(stack, {"Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"KmsKeyId": key.key_arn}}})
    written = template(stack)
    [name] = written.of_type("AWS::KMS::Key")
    assert written.properties("AWS::Logs::LogGroup") == {"KmsKeyId": {"Fn::GetAtt": [name, "Arn"]}}


def test_each_resource_is_a_typed_l1(stack: cdk.Stack) -> None:
    role = _fragment(stack, {"Role": ROLE})["Role"]
    assert isinstance(role, iam.CfnRole)
    role.path = "/audit/"
    assert template(stack).properties("AWS::IAM::Role")["Path"] == "/audit/"


def test_resources_are_listed_by_their_names(stack: cdk.Stack) -> None:
    alarm = {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {"ComparisonOperator": "LessThanThreshold", "EvaluationPeriods": 1},
    }
    fragment = _fragment(stack, {"Balance%": alarm, "Role": ROLE})
    assert list(fragment) == ["Balance%", "Role"]
    assert len(fragment) == 2
    assert isinstance(fragment["Balance%"], cloudwatch.CfnAlarm)
    assert fragment["Balance%"] is fragment["Balance%"]
    with pytest.raises(KeyError, match="Balance"):
        fragment["Balance"]


def test_no_file_is_left(stack: cdk.Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    _fragment(stack, {"Role": ROLE})
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(RuntimeError, match="'Role' not found"):
        _fragment(stack, {"Profile": PROFILE}, "Wrong")
    assert list(tmp_path.iterdir()) == []
