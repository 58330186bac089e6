"""What was found is remembered for exactly as long as nothing that it depends on has changed."""

import importlib.util
import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sqs as sqs

from constructs_lib import compliance, validation
from constructs_lib.practices.engine import Engine
from constructs_lib.practices.finding import Finding
from constructs_lib.practices.verdicts import DAYS_KEPT, FOLDER, Verdicts, shared_verdicts

FINDING = Finding("RDS_MULTI_AZ", "error", "Set MultiAZ to true.", "", "Store", "AWS::RDS::DBInstance", line=3)
HERE = {"region": "eu-west-1", "account": "123456789012"}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A template."""
    path = tmp_path / "Shop.template.json"
    path.write_text('{"Resources": {}}')
    return path


@pytest.fixture
def verdicts(tmp_path: Path) -> Verdicts:
    """Nothing is remembered yet."""
    return Verdicts(tmp_path / "verdicts")


def test_remembers(verdicts: Verdicts, template: Path) -> None:
    assert not verdicts.used
    assert verdicts.find(template, **HERE) is None
    verdicts.keep([replace(FINDING, template=str(template))], template, **HERE)
    assert verdicts.used
    assert verdicts.find(template, **HERE) == [replace(FINDING, template=str(template))]


def test_names_the_template_that_is_asked_for(verdicts: Verdicts, template: Path) -> None:
    verdicts.keep([FINDING], template, **HERE)
    other = template.rename(template.with_name("Other.template.json"))
    assert verdicts.find(other, **HERE) == [replace(FINDING, template=str(other))]


def test_remembers_that_nothing_was_found(verdicts: Verdicts, template: Path) -> None:
    verdicts.keep([], template, **HERE)
    assert verdicts.find(template, **HERE) == []


def test_forgets_a_template_that_changed(verdicts: Verdicts, template: Path) -> None:
    verdicts.keep([FINDING], template, **HERE)
    template.write_text('{"Resources": {} }')
    assert verdicts.find(template, **HERE) is None


@pytest.mark.parametrize("change", [{"region": "eu-central-1"}, {"region": None}, {"account": "210987654321"}])
def test_asks_where_the_template_goes(change: dict[str, str | None], verdicts: Verdicts, template: Path) -> None:
    verdicts.keep([FINDING], template, **HERE)
    assert verdicts.find(template, **HERE | change) is None


def _of_the_next_process(folder: Path) -> Any:
    """Return what a process remembers that has yet to read the rules."""
    spec = importlib.util.find_spec(Verdicts.__module__)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Verdicts(folder)


@pytest.mark.parametrize(
    ("changed", "other"),
    [("metadata.version", lambda _: "99.0.0"), ("resources.files", lambda _: Path(__file__).parent)],
    ids=["engine", "files"],
)
def test_asks_by_which_engine_and_files(
    changed: str,
    other: Callable[[str], Any],
    verdicts: Verdicts,
    template: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    verdicts.keep([FINDING], template, **HERE)
    assert _of_the_next_process(tmp_path / "verdicts").find(template, **HERE) is not None
    monkeypatch.setattr(f"importlib.{changed}", other)
    changed_rules = _of_the_next_process(tmp_path / "verdicts")
    assert not changed_rules.used
    assert changed_rules.find(template, **HERE) is None


UNREADABLE = ["", "[", "{}x", "{}", '""', '[{"rule": "A"}]', '[{"surprise": 1}]', "[1]", '"text"', "7"]


@pytest.mark.parametrize("content", UNREADABLE)
def test_takes_what_cannot_be_read_for_never_judged(content: str, verdicts: Verdicts, template: Path) -> None:
    verdicts.keep([FINDING], template, **HERE)
    (file,) = (template.parent / "verdicts").iterdir()
    file.write_text(content)
    assert verdicts.find(template, **HERE) is None


def test_works_where_nothing_can_be_written(template: Path) -> None:
    blocked = template.parent / "file"
    blocked.touch()
    verdicts = Verdicts(blocked / "verdicts")
    verdicts.keep([FINDING], template, **HERE)
    assert not verdicts.used
    assert verdicts.find(template, **HERE) is None


def test_forgets_what_nobody_asked_for(verdicts: Verdicts, template: Path) -> None:
    verdicts.keep([FINDING], template, **HERE)
    (file,) = (template.parent / "verdicts").iterdir()
    long_ago = time.time() - (DAYS_KEPT + 1) * 24 * 60 * 60
    os.utime(file, (long_ago, long_ago))
    assert verdicts.find(template, **HERE) is not None, "asking renews it"
    template.write_text("{}")
    verdicts.keep([], template, **HERE)
    assert file.exists()
    os.utime(file, (long_ago, long_ago))
    verdicts.keep([], template, **HERE)
    assert not file.exists()


def test_the_user_chooses_the_folder(tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path / "elsewhere"))
    shared_verdicts().keep([], template, **HERE)
    assert list((tmp_path / "elsewhere" / "verdicts").iterdir())
    monkeypatch.setenv(FOLDER, "")
    shared_verdicts().keep([], template, **HERE)
    assert shared_verdicts().find(template, **HERE) is None


@pytest.mark.parametrize(("home", "remembers"), [("shop", True), ("~", False)], ids=["home", "no home"])
def test_a_user_has_verdicts_who_has_a_home(
    home: str, remembers: bool, tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / home if remembers else Path(home)
    monkeypatch.delenv(FOLDER)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: cache)
    shared_verdicts().keep([], template, **HERE)
    assert (shared_verdicts().find(template, **HERE) == []) is remembers
    assert cache.exists() is remembers


def synthesize() -> None:
    """Synthesize a queue that our rules do not let through, as the CDK CLI does, which asks who validates."""
    app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=True)
    stack = cdk.Stack(app, "Shop", env=cdk.Environment(account=HERE["account"], region=HERE["region"]))
    sqs.CfnQueue(stack, "Queue", sqs_managed_sse_enabled=False)
    compliance.enforce(app)
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()


def test_an_app_that_did_not_change_is_refused_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    synthesize()
    (file,) = (tmp_path / "verdicts").iterdir()
    assert "SQS_ENCRYPTION" in {found["rule"] for found in json.loads(file.read_text())}

    asked: list[str] = []
    monkeypatch.setattr(validation, "_engine", lambda: asked.append("compiled"))
    synthesize()
    assert asked == []


def test_what_failed_in_one_synthesis_is_judged_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    app = cdk.App(builtin_cloud_formation_validation=False)
    stacks = [cdk.Stack(app, name) for name in ("One", "Two")]
    for stack in stacks:
        cdk.CfnWaitConditionHandle(stack, "Handle")
    compliance.enforce(app)
    judge = Engine.judge

    def fail(self: Engine, template: Path, **options: Any) -> list[Finding]:
        if "One" in template.name:
            raise OSError("once")
        return judge(self, template, **options)

    with monkeypatch.context() as once:
        once.setattr(Engine, "judge", fail)
        with pytest.raises(RuntimeError, match="ValidationFailed"):
            app.synth()
    assert app.synth(force=True).stacks
