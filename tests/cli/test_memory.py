"""A template that has not changed is reported by what was found in it before, without compiling the rules."""

import shutil
import time
from pathlib import Path

import pytest

from constructs_lib.practices import engine
from constructs_lib.practices.engine import Engine
from constructs_lib.practices.verdicts import FOLDER

from .conftest import BREAKS_ROTATION, WAIVES_ROTATION, Run, Write


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Remember in a folder of the test, and tell who asks for the engine."""
    asked: list[str] = []
    shared = engine.shared_engine

    def ask() -> Engine:
        asked.append("engine")
        return shared()

    monkeypatch.setattr(engine, "shared_engine", ask)
    monkeypatch.setenv(FOLDER, str(tmp_path / "cache"))
    return asked


@pytest.mark.parametrize("report_format", ["text", "json", "sarif", "junit"])
def test_what_did_not_change(run: Run, assembly: Path, compiled: list[str], report_format: str) -> None:
    first = run("check", assembly, "--format", report_format)
    assert compiled
    compiled.clear()

    second = run("check", assembly, "--format", report_format)

    assert (second.exit_code, second.stdout) == (first.exit_code, first.stdout)
    assert compiled == []


@pytest.mark.parametrize(
    ("content", "region"), [(WAIVES_ROTATION, "eu-west-1"), (BREAKS_ROTATION, "us-east-1")], ids=["content", "region"]
)
def test_what_changed(run: Run, write: Write, compiled: list[str], content: str, region: str) -> None:
    run("check", write("key.yaml", BREAKS_ROTATION), "--region", "eu-west-1")
    compiled.clear()

    run("check", write("key.yaml", content), "--region", region)

    assert compiled == ["engine"]


def test_a_new_reason_counts_although_nothing_is_judged_again(
    run: Run, assembly: Path, compiled: list[str], tmp_path: Path
) -> None:
    """The reasons of an assembly do not stand in its templates."""
    assembly = shutil.copytree(assembly, tmp_path / "cdk.out")
    assert "on the construct above" in run("check", assembly).stdout
    compiled.clear()
    for file in assembly.rglob("*.metadata.json"):
        file.write_text(file.read_text().replace("on the construct above", "for another reason"))

    assert "for another reason" in run("check", assembly).stdout
    assert compiled == []


def test_rules_that_cannot_be_read_are_asked_again(run: Run, write: Write, compiled: list[str], tmp_path: Path) -> None:
    path = write("key.yaml", BREAKS_ROTATION)
    first = run("check", path)
    [rules] = (tmp_path / "cache/verdicts").glob("rules-*.json")
    rules.write_text("[")
    compiled.clear()

    assert run("check", path).stdout == first.stdout
    assert compiled == ["engine"]


def test_threads_share_one_engine(run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    class Slow(Engine):
        def __init__(self) -> None:
            made.append("engine")
            time.sleep(0.1)
            super().__init__()

    monkeypatch.setattr(engine, "Engine", Slow)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    engine._compile.cache_clear()
    for name in ("a.yaml", "b.yaml"):
        write(name, BREAKS_ROTATION)

    run("check", tmp_path)

    assert made == ["engine"]


def test_nothing_is_remembered_where_that_is_not_wanted(
    run: Run, write: Write, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER, "")
    path = write("key.yaml", BREAKS_ROTATION)
    run("check", path)
    compiled.clear()

    run("check", path)

    assert "engine" in compiled
