"""The report in each of its formats, on one open and one acknowledged finding and a template without any."""

import json
from pathlib import Path
from typing import Any

import pytest
from junitparser import Failure, JUnitXml, Skipped
from sarif_kit import validation_errors  # type: ignore[import-untyped]

from constructs_lib import __version__
from constructs_lib.practices import CATALOGUE

from .conftest import BREAKS_ROTATION, CLEAN, WAIVES_ROTATION, Run, Write

ROTATION = CATALOGUE["KMS_ROTATION"]


@pytest.fixture
def folder(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with three templates."""
    write("clean.yaml", CLEAN)
    write("open.yaml", BREAKS_ROTATION)
    write("waived.yaml", WAIVES_ROTATION)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_text(run: Run, folder: Path) -> None:
    assert folder == Path.cwd()
    assert run("check", ".").stdout == f"""\
open.yaml

  error KMS_ROTATION
    Key (AWS::KMS::Key)
    open.yaml:4 Properties
    Set EnableKeyRotation to true.
    {ROTATION.source}

Acknowledged

  KMS_ROTATION in waived.yaml
    imported material
    Key

"""


def test_json(run: Run, folder: Path) -> None:
    report = json.loads(run("check", folder / "waived.yaml", "--format", "json").stdout)

    assert report.pop("rules") > 300
    assert report == {
        "version": 1,
        "tool": {"name": "constructs-lib", "version": __version__},
        "open": 0,
        "acknowledged": 1,
        "templates": [
            {
                "path": str(folder / "waived.yaml"),
                "stack": None,
                "region": None,
                "account": None,
                "resources": 1,
                "findings": [
                    {
                        "rule": "KMS_ROTATION",
                        "severity": "error",
                        "message": "Set EnableKeyRotation to true.",
                        "resource": "Key",
                        "resource_type": "AWS::KMS::Key",
                        "location": "Properties",
                        "line": 5,
                        "fix": None,
                        "reference": ROTATION.source,
                        "reason": "imported material",
                        "construct_path": None,
                    }
                ],
            }
        ],
        "unchecked": [],
    }
