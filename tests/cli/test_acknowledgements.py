"""Findings that stand for a reason: which reasons count, and for what."""

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import BREAKS_ROTATION, WAIVES_ROTATION, Run, Write


def findings(run: Run, path: Path) -> list[dict[str, Any]]:
    """All findings of a check."""
    report = json.loads(run("check", path, "--format", "json").stdout)
    return [finding for template in report["templates"] for finding in template["findings"]]


def test_in_an_assembly(run: Run, assembly: Path) -> None:
    reasons = {(it["rule"], it["construct_path"]): it["reason"] for it in findings(run, assembly)}

    assert reasons == {
        ("KMS_ROTATION", "Top/Key"): None,
        ("KMS_ROTATION", "Top/Vault/Key"): "on the construct above",
        ("KMS_ROTATION", "Top/Waived"): "in the template",
        ("KMS_ROTATION", "Top/OtherEngine"): None,
        ("KMS_ROTATION", "Top/Inner/Key"): "in the nested stack",
        ("KMS_ROTATION", "Prod/Data/Key"): None,
        ("W2001", "Top/Unused"): "for a later version",
        ("F0001", "Prod/Empty"): None,
    }


def test_in_the_manifest_itself(run: Run, write: Write, tmp_path: Path) -> None:
    """An assembly may keep what it says of constructs in the manifest; what is nearest to the construct counts."""
    said = {
        "/Orders": [{"type": "aws:cdk:acknowledged-rules", "data": {"constructs-lib::KMS_ROTATION": "all"}}],
        "/Orders/Near": [{"type": "aws:cdk:acknowledged-rules", "data": {"constructs-lib::KMS_ROTATION": "near"}}],
        "/Orders/Near/Key": [{"type": "aws:cdk:logicalId", "data": "Near"}],
        "/Orders/Far/Key": [{"type": "aws:cdk:logicalId", "data": "Far"}],
    }
    stack = {
        "type": "aws:cloudformation:stack",
        "properties": {"templateFile": "Orders.template.json"},
        "displayName": "Orders",
        "metadata": said,
    }
    key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Version": "2012-10-17", "Statement": []}}}
    write("manifest.json", json.dumps({"artifacts": {"Orders": stack}}))
    write("Orders.template.json", json.dumps({"Resources": {"Near": key, "Far": key}}))

    assert {it["construct_path"]: it["reason"] for it in findings(run, tmp_path)} == {
        "Orders/Near/Key": "near",
        "Orders/Far/Key": "all",
    }


@pytest.mark.parametrize(
    ("waived", "reason"),
    [
        ('{KMS_ROTATION: "imported material"}', "imported material"),
        ('{KMS_ROTATION: ""}', None),
        ('{KMS_ROTATION: " "}', None),
        ("{KMS_ROTATION: [a]}", None),
        ('{KMS_ENCRYPTION: "another rule"}', None),
        ("KMS_ROTATION", None),
    ],
)
def test_waived_in_a_template(run: Run, write: Write, waived: str, reason: str | None) -> None:
    path = write("key.yaml", WAIVES_ROTATION.replace('{KMS_ROTATION: "imported material"}', waived))

    [finding] = findings(run, path)

    assert finding["rule"] == "KMS_ROTATION"
    assert finding["reason"] == reason


def test_waived_for_one_resource_alone(run: Run, write: Write) -> None:
    other = BREAKS_ROTATION.removeprefix("Resources:\n").replace("Key:", "Other:", 1)

    found = findings(run, write("keys.yaml", WAIVES_ROTATION + other))

    assert {it["resource"]: it["reason"] for it in found} == {"Key": "imported material", "Other": None}


def test_construct_path_in_a_template(run: Run, write: Write) -> None:
    path = write("key.yaml", WAIVES_ROTATION.replace("constructs-lib:", "aws:cdk:path: Orders/Key, constructs-lib:"))

    [finding] = findings(run, path)

    assert finding["construct_path"] == "Orders/Key"
    assert finding["reason"] == "imported material"
