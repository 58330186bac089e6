"""What paths stand for: assemblies, templates, folders; what is left out is said."""

import json
from pathlib import Path
from typing import Any

import pytest
from cloudformation_validate import ValidationError

from constructs_lib.cli.report import judge
from constructs_lib.cli.search import CouldNotRunError
from constructs_lib.practices.engine import Engine
from constructs_lib.practices.verdicts import Verdicts

from .conftest import BREAKS_ROTATION, CLEAN, Run, Write

STACK = {
    "type": "aws:cloudformation:stack",
    "properties": {"templateFile": "Orders.template.json"},
    "displayName": "Orders",
}


def judged(run: Run, *paths: Path) -> dict[str, Any]:
    """The report of a check, as JSON."""
    result = run("check", *paths, "--format", "json")
    assert result.exit_code in (0, 1), result.stderr
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def checked(report: dict[str, Any], folder: Path) -> list[str]:
    """The paths of the templates that were judged, from a folder on."""
    return [str(Path(it["path"]).relative_to(folder)) for it in report["templates"]]


def unchecked(report: dict[str, Any], folder: Path) -> dict[str, str]:
    """What was left out, with the reason."""
    return {str(Path(it["path"]).relative_to(folder)): it["reason"] for it in report["unchecked"]}


def test_folder(run: Run, write: Write, tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yml", "c.template.json", "d.json", "e.template", "deep/er/f.yaml", "README.md"):
        write(name, CLEAN if name.endswith(("yaml", "yml", "template")) else '{"Resources": {}}')
    write("package.json", "{}")
    write("jobs.yaml", "Jobs: {Resources: 1}")
    write("helm.yaml", "{{ .Values.image }")
    write(".github/g.yaml", CLEAN)
    write("node_modules/h.yaml", CLEAN)

    report = judged(run, tmp_path)

    assert checked(report, tmp_path) == [
        "a.yaml",
        "b.yml",
        "c.template.json",
        "d.json",
        "deep/er/f.yaml",
        "e.template",
    ]
    assert unchecked(report, tmp_path) == {
        ".github": "searched only when it is named",
        "node_modules": "searched only when it is named",
        "package.json": "no template: it has no Resources",
        "jobs.yaml": "no template: it has no Resources",
        "helm.yaml": "no template: it has no Resources",
    }


def test_what_was_left_out_is_in_the_text(run: Run, write: Write, tmp_path: Path) -> None:
    write("a.yaml", CLEAN)
    path = write("package.json", "{}")

    assert f"Not checked\n\n  {path}: no template: it has no Resources\n" in run("check", tmp_path).stdout


def test_broken_template_in_a_folder(run: Run, write: Write, tmp_path: Path) -> None:
    write("a.yaml", CLEAN)
    write("b.yaml", "Resources: [")

    result = run("check", tmp_path)

    assert result.exit_code == 2
    assert f"{tmp_path / 'b.yaml'}: cannot be parsed" in result.stderr


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("content", [BREAKS_ROTATION, json.dumps({"Resources": {"Key": {"Type": "AWS::KMS::Key"}}})])
def test_encodings(run: Run, tmp_path: Path, encoding: str, content: str) -> None:
    (tmp_path / "key.template").write_text(content, encoding=encoding)

    [template] = judged(run, tmp_path)["templates"]

    assert "KMS_ROTATION" in {it["rule"] for it in template["findings"]}


@pytest.mark.parametrize(
    "content",
    [
        "# Resources of a team\nkind: Namespace\n---\nkind: ServiceAccount\n",
        '[{"ParameterKey": "AllowedResources"}]',
        "- Resources: {}",
        '{"compilerOptions": {} /* Resources */}',
        "nav:\n  - Resources: [",
        "\xff: [Resources",
    ],
)
def test_what_is_clearly_no_template(run: Run, write: Write, tmp_path: Path, content: str) -> None:
    write("a.yaml", CLEAN)
    (tmp_path / "b.json").write_text(content, encoding="latin-1")

    report = judged(run, tmp_path)

    assert checked(report, tmp_path) == ["a.yaml"]
    assert unchecked(report, tmp_path) == {"b.json": "no template: it has no Resources"}


@pytest.mark.parametrize(
    "content",
    [
        "Resources: [",
        '"Resources" : [',
        "Parameters: {}\nResources:\n\tKey: {}\n",
        '{\n  "Resources": {"Key": }\n}',
        "  AWSTemplateFormatVersion: 2010-09-09\n  Resources: [",
        "Resources: {}\n---\nResources: {}\n",
        "Resources: \xff",
    ],
)
def test_what_looks_like_a_template_must_be_one(run: Run, write: Write, tmp_path: Path, content: str) -> None:
    write("a.yaml", CLEAN)
    (tmp_path / "b.yaml").write_text(content, encoding="latin-1")

    result = run("check", tmp_path)

    assert result.exit_code == 2
    assert f"{tmp_path / 'b.yaml'}: cannot be parsed" in result.stderr


@pytest.mark.parametrize(
    ("content", "left_out"),
    [
        ("Resources: {A: {Type: My::Own::Bucket::MODULE}}", ["My::Own::Bucket::MODULE: becomes other resources"]),
        ("Transform: [AWS::LanguageExtensions, Mine]\nResources: {}", ["Mine: changes the template"]),
        ('{"Transform": "Mine", "Resources": {}}', ["Mine: changes the template"]),
        ('{"Resources": {"Fn::Transform": {"Name": "AWS::Include"}}}', ["Fn::Transform: what it adds"]),
        ("Resources: {A: {Type: AWS::S3::Bucket, Properties: !Transform {Name: A}}}", ["Fn::Transform: what it adds"]),
        (CLEAN, []),
    ],
)
def test_what_only_cloudformation_expands(
    run: Run, write: Write, tmp_path: Path, content: str, left_out: list[str]
) -> None:
    write("a.yaml", content)

    told = judged(run, tmp_path)["unchecked"]

    assert [it["reason"].partition(" when")[0].partition(" is not")[0] for it in told] == left_out
    assert {it["path"] for it in told} <= {str(tmp_path / "a.yaml")}


def test_file_of_a_folder_that_cannot_be_read(run: Run, write: Write, tmp_path: Path) -> None:
    write("a.yaml", CLEAN)
    (tmp_path / "b.yaml").symlink_to(tmp_path / "missing.yaml")

    result = run("check", tmp_path)

    assert result.exit_code == 2
    assert f"{tmp_path / 'b.yaml'}: No such file or directory" in result.stderr


def test_folder_without_templates(run: Run, write: Write, tmp_path: Path) -> None:
    write("package.json", "{}")

    result = run("check", tmp_path)

    assert result.exit_code == 2
    assert "nothing to check in this folder" in result.stderr


def test_each_template_once(run: Run, write: Write, tmp_path: Path) -> None:
    path = write("key.yaml", BREAKS_ROTATION)

    report = judged(run, path, tmp_path, tmp_path / ".." / tmp_path.name / "key.yaml")

    assert checked(report, tmp_path) == ["key.yaml"]
    assert report["open"] == 1


def test_assembly(run: Run, assembly: Path) -> None:
    report = judged(run, assembly)

    assert {it["stack"]: (it["region"], it["account"], it["resources"]) for it in report["templates"]} == {
        "Top": ("eu-west-1", "123456789012", 5),
        "Top/Inner": ("eu-west-1", "123456789012", 1),
        "Prod/Data": (None, None, 1),
        "Prod/Empty": (None, None, 0),
    }
    assert report["unchecked"] == []


def test_region_of_a_stack_that_names_none(run: Run, assembly: Path) -> None:
    result = run("check", assembly, "--region", "us-east-1", "--format", "json")

    assert {it["stack"]: it["region"] for it in json.loads(result.stdout)["templates"]} == {
        "Top": "eu-west-1",
        "Top/Inner": "eu-west-1",
        "Prod/Data": "us-east-1",
        "Prod/Empty": "us-east-1",
    }


def test_assembly_in_a_folder(run: Run, write: Write, tmp_path: Path) -> None:
    write("app/cdk.out/manifest.json", json.dumps({"artifacts": {"Orders": STACK}}))
    write("app/cdk.out/Orders.template.json", "{}")
    write("web/manifest.json", '{"name": "of a web app"}')

    report = judged(run, tmp_path)

    assert [it["stack"] for it in report["templates"]] == ["Orders"]
    assert [*unchecked(report, tmp_path)] == ["web/manifest.json"]


KEY = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Version": "2012-10-17", "Statement": []}}}


@pytest.mark.parametrize(
    ("resources", "number"),
    [
        ({"Fn::ForEach::Keys": ["Name", ["A", "B"], {"Key${Name}": KEY}]}, 2),
        ({"Key": KEY, "Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://a/b"}}}, 1),
        ({"Key": KEY | {"Metadata": None}}, 1),
        ({"Key": KEY, "Odd": {"Properties": {}}}, 2),
    ],
    ids=["ForEach", "Include", "no metadata", "no type"],
)
def test_assembly_with_a_template_that_cdk_did_not_write_alone(
    run: Run, write: Write, tmp_path: Path, resources: dict[str, Any], number: int
) -> None:
    others = STACK | {"properties": {"templateFile": "Others.template.json"}, "displayName": "Others"}
    write("manifest.json", json.dumps({"artifacts": {"Orders": STACK, "Others": others}}))
    template = {"Transform": "AWS::LanguageExtensions", "Resources": resources}
    write("Orders.template.json", json.dumps(template))
    write("Others.template.json", json.dumps({"Resources": {"Key": KEY}}))

    first, second = judged(run, tmp_path)["templates"]

    assert (first["stack"], first["resources"], second["resources"]) == ("Orders", number, 1)
    assert "KMS_ROTATION" in {it["rule"] for it in first["findings"]}
    assert [it["rule"] for it in second["findings"]] == ["KMS_ROTATION"]


def test_all_broken_templates_of_an_assembly(run: Run, write: Write, tmp_path: Path) -> None:
    others = STACK | {"properties": {"templateFile": "Others.template.json"}}
    write("manifest.json", json.dumps({"artifacts": {"Odd": {}, "Orders": STACK, "Others": others}}))
    write("Orders.template.json", "{")
    write("Others.template.json", "{")

    result = run("check", tmp_path)

    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == [
        str(tmp_path / "manifest.json"),
        str(tmp_path / "Orders.template.json"),
        str(tmp_path / "Others.template.json"),
    ]


def test_left_over_from_an_earlier_synthesis(run: Run, write: Write, tmp_path: Path) -> None:
    write("manifest.json", json.dumps({"artifacts": {"Orders": STACK}}))
    write("Orders.template.json", "{}")
    write("Renamed.template.json", "{}")

    report = judged(run, tmp_path)

    assert checked(report, tmp_path) == ["Orders.template.json"]
    assert unchecked(report, tmp_path) == {"Renamed.template.json": f"{tmp_path / 'manifest.json'} does not name it"}


def test_nested_stack_of_an_older_cdk(run: Run, write: Write, tmp_path: Path) -> None:
    """It names the template in the parent's resource alone."""
    nested = {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "Inner.nested.template.json"}}
    stack = STACK | {"environment": "aws://123456789012/eu-west-1"}
    write("manifest.json", json.dumps({"artifacts": {"Orders": stack}}))
    write("Orders.template.json", json.dumps({"Resources": {"Inner": nested}}))
    write("Inner.nested.template.json", json.dumps({"Resources": {}}))

    report = judged(run, tmp_path)

    assert checked(report, tmp_path) == ["Orders.template.json", "Inner.nested.template.json"]
    assert [it["region"] for it in report["templates"]] == ["eu-west-1", "eu-west-1"]
    assert report["unchecked"] == []


def test_nested_stack_without_its_template(run: Run, write: Write, tmp_path: Path) -> None:
    nested = {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "Inner.nested.template.json"}}
    write("manifest.json", json.dumps({"artifacts": {"Orders": STACK}}))
    write("Orders.template.json", json.dumps({"Resources": {"Inner": nested}}))

    result = run("check", tmp_path)

    assert result.exit_code == 2
    assert f"{tmp_path / 'Inner.nested.template.json'}: No such file or directory" in result.stderr


@pytest.mark.parametrize(
    ("manifest", "fault"),
    [
        ('{"artifacts": ', "manifest.json: no JSON: Expecting value"),
        ('{"artifacts": []}', "manifest.json: not written as CDK writes it"),
        ('{"artifacts": {"Orders": {}}}', "manifest.json: Orders is not written as CDK writes it: KeyError('type')"),
        ('{"artifacts": {}}', "nothing to check in this folder"),
        (json.dumps({"artifacts": {"Orders": STACK}}), "Orders.template.json: No such file or directory"),
        (
            json.dumps({"artifacts": {"Orders": STACK | {"additionalMetadataFile": "Orders.metadata.json"}}}),
            "Orders.metadata.json: No such file or directory",
        ),
    ],
)
def test_broken_assembly(run: Run, write: Write, tmp_path: Path, manifest: str, fault: str) -> None:
    write("manifest.json", manifest)

    result = run("check", tmp_path)

    assert result.exit_code == 2
    assert fault in result.stderr


def test_template_of_an_assembly_that_the_engine_cannot_parse(run: Run, write: Write, tmp_path: Path) -> None:
    """Python's JSON knows NaN; CloudFormation's does not."""
    write("manifest.json", json.dumps({"artifacts": {"Orders": STACK}}))
    handle = '{"Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}'
    path = write("Orders.template.json", f'{{"Resources": {handle}, "Description": NaN}}')

    result = run("check", tmp_path)

    assert result.exit_code == 2
    assert result.stderr.startswith(f"constructs-lib: {path}: cannot be parsed: JSON parse error")


def test_template_that_goes_away_before_it_is_judged(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("a.yaml", CLEAN)

    def remove() -> Verdicts:
        path.unlink()
        return Verdicts(None)

    monkeypatch.setattr("constructs_lib.cli.report.shared_verdicts", remove)

    with pytest.raises(CouldNotRunError, match="No such file or directory"):
        judge([path])


def test_engine_that_fails(run: Run, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValidationError.Engine("out of patience")

    monkeypatch.setattr(Engine, "judge", fail)

    result = run("check", write("a.yaml", CLEAN))

    assert result.exit_code == 2
    assert "a.yaml: the engine failed: out of patience. " in result.stderr
