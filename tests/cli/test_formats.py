"""The report in each of its formats, on one open and one acknowledged finding and a template without any."""

import json
import re
from pathlib import Path

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
    lines = [line.rstrip() for line in run("check", folder).stdout.splitlines()]

    expected = f"""\
{folder / "open.yaml"}

  error KMS_ROTATION
    Key (AWS::KMS::Key)
    {folder / "open.yaml"}:4 Properties
    Set EnableKeyRotation to true.
    {ROTATION.source}

Acknowledged

  KMS_ROTATION in {folder / "waived.yaml"}
    imported material
    Key

Open  Acknowledged  Resources  Stack or template
{"─" * (31 + len(str(folder / "waived.yaml")))}
   0             0          1  {folder / "clean.yaml"}
   1             0          1  {folder / "open.yaml"}
   0             1          1  {folder / "waived.yaml"}

"""
    assert lines[:-1] == expected.splitlines()
    assert re.fullmatch(r"1 open finding and 1 acknowledged in 3 templates, judged by \d{3} rules\.", lines[-1])


def test_text_of_an_assembly(run: Run, assembly: Path) -> None:
    """A finding that means the template names the stack; one that means a parameter has no resource type."""
    stdout = run("check", assembly).stdout

    assert re.search(r"\n  error F0001\n    Prod/Empty\n    \S+\.template\.json:1\n    Resources section", stdout)
    assert re.search(r"\n  W2001 in \S+ \(Top\)\n    for a later version\n    Top/Unused\n", stdout)
    assert re.search(r"\n   2 +3 +5  Top\n   0 +1 +1  Top/Inner\n", re.sub(r" +\n", "\n", stdout))


def test_text_is_folded_between_words_alone(run: Run, write: Write) -> None:
    """At 80 columns; a path or an address that is longer stays whole."""
    path = write(
        "a" * 100 + ".yaml", "Resources: {Group: {Type: AWS::RDS::DBInstance, Properties: {Engine: postgres}}}"
    )

    lines = [line.rstrip() for line in run("check", path).stdout.splitlines()]

    assert str(path) in lines
    assert all(str(path) in line or "https://" in line or {*line} == {"─"} for line in lines if len(line) > 80)
    assert "    Select the instance's ARN in an AWS::Backup::BackupSelection of this" in lines
    assert f"    {CATALOGUE['RDS_BACKUP_PLAN'].source}" in lines


def test_text_names_the_first_of_many(run: Run, write: Write) -> None:
    keys = "".join(
        WAIVES_ROTATION.removeprefix("Resources:\n").replace("Key:", f"Key{number}:", 1) for number in range(5)
    )

    stdout = run("check", write("keys.yaml", f"Resources:\n{keys}")).stdout

    assert "    imported material\n    Key0\n    Key1\n    Key2\n    and 2 more\n" in stdout


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
        "idle_waivers": [],
    }


def test_sarif(run: Run, folder: Path) -> None:
    log = json.loads(run("check", folder, "--format", "sarif").stdout)

    assert validation_errors(log) == []
    [run_] = log["runs"]
    [rule] = run_["tool"]["driver"]["rules"]
    assert rule["id"] == "KMS_ROTATION"
    assert rule["shortDescription"]["text"] == ROTATION.claim
    assert rule["helpUri"] == ROTATION.source
    assert rule["properties"]["tags"] == [*ROTATION.controls]
    still_open, acknowledged = run_["results"]
    assert still_open["ruleId"] == "KMS_ROTATION"
    assert still_open["level"] == "error"
    assert still_open["message"]["text"] == "Key: Set EnableKeyRotation to true."
    assert still_open["locations"] == [
        {
            "physicalLocation": {"artifactLocation": {"uri": "open.yaml"}, "region": {"startLine": 4}},
            "logicalLocations": [{"fullyQualifiedName": "Key", "kind": "resource"}],
        }
    ]
    assert still_open["suppressions"] == []
    assert acknowledged["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "imported material"}
    ]


def test_sarif_names_constructs_and_native_rules(run: Run, assembly: Path) -> None:
    log = json.loads(run("check", assembly, "--format", "sarif").stdout)

    assert validation_errors(log) == []
    [run_] = log["runs"]
    names = {
        location["fullyQualifiedName"]
        for result in run_["results"]
        for location in result["locations"][0]["logicalLocations"]
    }
    assert {"Top/Vault/Key", "Top/Inner/Key", "Prod/Empty"} <= names
    assert {result["level"] for result in run_["results"] if result["ruleId"] == "W2001"} == {"warning"}
    assert [rule["id"] for rule in run_["tool"]["driver"]["rules"]] == ["F0001", "KMS_ROTATION", "W2001"]


def test_sarif_spells_paths_as_uris(run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative to the working directory, in full outside of it."""
    path = write("a key.yaml", BREAKS_ROTATION)

    def uri() -> str:
        [result] = json.loads(run("check", path, "--format", "sarif").stdout)["runs"][0]["results"]
        found: str = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        return found

    assert uri() == path.as_uri()
    monkeypatch.chdir(tmp_path)
    assert uri() == "a%20key.yaml"


def test_sarif_fingerprints_stay_when_lines_move(run: Run, write: Write, tmp_path: Path) -> None:
    path = write("key.yaml", BREAKS_ROTATION)

    def fingerprints() -> list[dict[str, str]]:
        log = json.loads(run("check", path, "--format", "sarif").stdout)
        return [result["partialFingerprints"] for result in log["runs"][0]["results"]]

    before = fingerprints()
    write("key.yaml", f"# A comment\n{BREAKS_ROTATION}")
    assert fingerprints() == before
    write("key.yaml", BREAKS_ROTATION.replace("Key:", "Renamed:", 1))
    assert fingerprints() != before


def test_junit(run: Run, folder: Path) -> None:
    results = JUnitXml.fromstring(run("check", folder, "--format", "junit").stdout.encode())

    assert (results.tests, results.failures, results.skipped) == (3, 1, 1)
    clean, still_open, waived = results
    assert [suite.name for suite in results] == [
        str(folder / name) for name in ("clean.yaml", "open.yaml", "waived.yaml")
    ]
    [passed] = clean
    assert passed.is_passed
    [failed] = still_open
    assert failed.name == "KMS_ROTATION Key"
    assert failed.classname == still_open.name
    [failure] = failed.result
    assert isinstance(failure, Failure)
    assert failure.message == "Set EnableKeyRotation to true."
    assert failure.text == f"{folder / 'open.yaml'}:4: Set EnableKeyRotation to true."
    [case] = waived
    [skipped] = case.result
    assert isinstance(skipped, Skipped)
    assert skipped.message == "imported material"


def test_what_was_not_checked_is_in_every_format(run: Run, folder: Path, write: Write) -> None:
    write("stale/manifest.json", '{"artifacts": {}}')
    write("stale/Old.template.json", "{}")
    sam = "{Type: AWS::Serverless::SimpleTable}"
    write("sam.yaml", f"Transform: AWS::Serverless-2016-10-31\nResources: {{A: {sam}, B: {sam}}}")
    told = [
        (str(folder / "stale/Old.template.json"), f"{folder / 'stale/manifest.json'} does not name it"),
        (str(folder / "sam.yaml"), "AWS::Serverless::SimpleTable: becomes other resources when it is deployed"),
    ]

    text, json_, sarif, junit = (run("check", folder, "-f", it).stdout for it in ("text", "json", "sarif", "junit"))

    assert "Not checked\n\n" + "".join(f"  {path}: {reason}\n" for path, reason in told) in text
    assert [(it["path"], it["reason"]) for it in json.loads(json_)["unchecked"]] == told
    assert validation_errors(json.loads(sarif)) == []
    [invocation] = json.loads(sarif)["runs"][0]["invocations"]
    assert [it["message"]["text"] for it in invocation["toolExecutionNotifications"]] == [
        f"Not checked: {reason}" for _, reason in told
    ]
    assert [
        it["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for it in invocation["toolExecutionNotifications"]
    ] == ["stale/Old.template.json", "sam.yaml"]
    [suite] = [it for it in JUnitXml.fromstring(junit.encode()) if it.name == "not checked"]
    assert [case.name for case in suite] == [f"{path}: {reason}" for path, reason in told]
    assert [case.result[0].message for case in suite] == [reason for _, reason in told]
    assert all(isinstance(case.result[0], Skipped) for case in suite)


@pytest.mark.parametrize(
    ("waived", "told"),
    [
        ('{KMS_ROTATION: "a", KMS_ROTATIN: "b"}', "Key waives KMS_ROTATIN, which is no rule"),
        ('{KMS_ROTATION: "a", RDS_MULTI_AZ: "b"}', "Key waives RDS_MULTI_AZ, which finds nothing there"),
        ('{KMS_ROTATION: " "}', "Key waives KMS_ROTATION without a reason"),
    ],
)
def test_a_waiver_without_effect_is_in_every_format(run: Run, write: Write, waived: str, told: str) -> None:
    path = write("key.yaml", WAIVES_ROTATION.replace('{KMS_ROTATION: "imported material"}', waived))

    text, json_, sarif, junit = (run("check", path, "-f", it).stdout for it in ("text", "json", "sarif", "junit"))

    assert f"Waivers without effect\n\n  {path}: {told}\n" in text
    assert json.loads(json_)["idle_waivers"] == [{"path": str(path), "reason": told}]
    assert validation_errors(json.loads(sarif)) == []
    [invocation] = json.loads(sarif)["runs"][0]["invocations"]
    [notification] = invocation["toolExecutionNotifications"]
    assert notification["message"]["text"] == f"Waiver without effect: {told}"
    [suite] = [it for it in JUnitXml.fromstring(junit.encode()) if it.name == "waivers without effect"]
    assert [(case.name, case.result[0].message) for case in suite] == [(f"{path}: {told}", told)]


def test_junit_has_one_case_for_each_rule_and_resource(run: Run, write: Write) -> None:
    path = write("db.yaml", "Resources: {Db: {Type: AWS::RDS::DBInstance, Properties: {Engine: postgres}}}")

    [suite] = JUnitXml.fromstring(run("check", path, "--format", "junit").stdout.encode())

    names = [case.name for case in suite]
    assert len(names) == len(set(names))
    [case] = [case for case in suite if case.name == "RDS_ADMIN_USERNAME Db"]
    [failure] = case.result
    assert failure.text.count(str(path)) == 2


def test_junit_without_what_xml_cannot_hold(run: Run, write: Write) -> None:
    path = write("key.yaml", WAIVES_ROTATION.replace("imported", r"im\u0001ported"))

    [suite] = JUnitXml.fromstring(run("check", path, "--format", "junit").stdout.encode())

    [case] = suite
    assert case.result[0].message == "im\ufffdported material"
