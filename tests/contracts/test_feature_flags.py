"""cdk.json has every feature flag as AWS CDK recommends it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.synthesis import FEATURE_FLAGS, new_app


@pytest.fixture(scope="module")
def flags() -> dict[str, Any]:
    """What the installed AWS CDK reports of its flags."""
    manifest = json.loads(Path(new_app().synth().directory, "manifest.json").read_text(encoding="utf-8"))
    return dict(manifest["artifacts"]["aws-cdk-lib/feature-flag-report"]["properties"]["flags"])


def test_every_flag_is_what_is_recommended(flags: dict[str, Any]) -> None:
    kept = {
        name: flag.get("userValue", flag.get("unconfiguredBehavesLike", {}).get("v2"))
        for name, flag in flags.items()
        if flag.get("userValue", flag.get("unconfiguredBehavesLike", {}).get("v2", False)) != flag["recommendedValue"]
    }
    assert kept == {}


def test_every_flag_of_ours_is_one_that_cdk_has(flags: dict[str, Any]) -> None:
    assert {name for name in FEATURE_FLAGS if name not in flags} - {"@aws-cdk/core:target-partitions"} == set()
