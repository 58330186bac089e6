"""What ``constructs-lib check`` says and how it ends: 0, 1 or 2, and never with a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

from constructs_lib import __version__, cli
from constructs_lib.practices.verdicts import FOLDER

from .conftest import BREAKS_ROTATION, CLEAN, WAIVES_ROTATION, Run, Write


def test_nothing_open(run: Run, write: Write) -> None:
    result = run("check", write("clean.yaml", CLEAN))

    assert result.exit_code == 0
    assert "0 open findings and 0 acknowledged in 1 template" in result.stdout
    assert result.stderr == ""


def test_open_findings(run: Run, write: Write) -> None:
    result = run("check", write("clean.yaml", CLEAN), write("key.yaml", BREAKS_ROTATION))

    assert result.exit_code == 1
    assert "1 open finding and 0 acknowledged in 2 templates" in result.stdout


def test_acknowledged_findings_alone_are_no_failure(run: Run, write: Write) -> None:
    result = run("check", write("key.yaml", WAIVES_ROTATION))

    assert result.exit_code == 0
    assert "0 open findings and 1 acknowledged in 1 template" in result.stdout


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.yaml", "Resources:\n  A: [1\n", ": cannot be parsed: 3:1: YAML parse error: while parsing"),
        ("a.json", '{"Resources": {"A": }}', ": cannot be parsed: 1:21: JSON parse error: expected value"),
        ("a.yaml", "", "Empty YAML document"),
        ("a.yaml", "hello", "Template root must be a YAML mapping"),
        ("a.yaml", "Outputs: {}", "no template: it has no Resources"),
        ("package.json", "{}", "no template: it has no Resources"),
    ],
)
def test_what_is_named_must_be_a_template(run: Run, write: Write, name: str, content: str, fault: str) -> None:
    path = write(name, content)

    result = run("check", path)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"constructs-lib: {path}: ")
    assert fault in result.stderr
    assert result.stderr.endswith("or leave it out.\n")


def test_not_text(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"Resources: \xff")

    result = run("check", path)

    assert result.exit_code == 2
    assert f"{path}: cannot be parsed: Invalid UTF-8: invalid start byte at byte 11. " in result.stderr


def test_all_problems_at_once(run: Run, write: Write, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    too_long = "a" * 300 + ".yaml"
    given = [write("broken.yaml", "a: ["), tmp_path / "missing", tmp_path / "empty", too_long]

    result = run("check", *given, write("key.yaml", BREAKS_ROTATION))

    assert result.exit_code == 2
    assert result.stdout == ""
    broken, missing, empty, long = result.stderr.splitlines()
    assert f"{given[0]}: cannot be parsed: " in broken
    assert f"{given[1]}: no such file or folder. Give a cloud assembly (cdk.out), a template" in missing
    assert f"{given[2]}: nothing to check in this folder. Give a cloud assembly" in empty
    assert f"{too_long}: File name too long. Give a cloud assembly" in long


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--format", "xml"], "'text', 'json', 'sarif'"),
        (["--region", "Ireland"], "such as eu-west-1"),
    ],
)
def test_bad_options(run: Run, write: Write, arguments: list[str], complaint: str) -> None:
    result = run("check", write("clean.yaml", CLEAN), *arguments)

    assert result.exit_code == 2
    assert arguments[1] in result.stderr
    assert complaint in " ".join(result.stderr.replace("│", "").split())


@pytest.mark.parametrize("blank", ["", " "])
def test_blank_path(run: Run, blank: str) -> None:
    result = run("check", blank)

    assert result.exit_code == 2
    assert "got a blank path" in result.stderr


def test_no_path(run: Run) -> None:
    result = run("check")

    assert result.exit_code == 2
    assert "Missing argument 'PATH'" in result.stderr


def test_region(run: Run, write: Write) -> None:
    path = write("agent.yaml", "Resources: {Agent: {Type: AWS::Bedrock::Agent, Properties: {AgentName: a}}}")

    assert run("check", path, "--region", "eu-west-1").exit_code == 0
    assert "does not exist in 'us-west-1'" in run("check", path, "--region", "us-west-1").stdout


def test_output(run: Run, write: Write, tmp_path: Path) -> None:
    path = tmp_path / "report.txt"

    result = run("check", write("key.yaml", BREAKS_ROTATION), "--output", path)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == f"1 open and 0 acknowledged: {path}\n"
    assert "KMS_ROTATION" in path.read_text(encoding="utf-8")


def test_output_to_the_terminal(run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert "KMS_ROTATION" in run("check", write("key.yaml", BREAKS_ROTATION), "-o", "-").stdout
    assert not (tmp_path / "-").exists()


def test_no_report_of_an_earlier_run_is_left(run: Run, write: Write, tmp_path: Path) -> None:
    report = write("report.txt", "0 open findings")

    assert run("check", tmp_path / "missing", "--output", report).exit_code == 2
    assert not report.exists()


def test_a_report_that_is_linked_elsewhere_stays(run: Run, write: Write, tmp_path: Path) -> None:
    """As /dev/stdout is, which nobody wants to lose."""
    link = tmp_path / "stdout"
    link.symlink_to(write("report.txt", ""))

    assert run("check", tmp_path / "missing", "--output", link).exit_code == 2
    assert link.is_symlink()


def test_no_colors_in_a_file(run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    report = tmp_path / "report.txt"
    path = write("key.yaml", BREAKS_ROTATION)

    run("check", path, "--output", report)

    assert "\x1b[" in run("check", path).stdout
    assert "\x1b[" not in report.read_text(encoding="utf-8")


def test_output_that_cannot_be_written(run: Run, write: Write, tmp_path: Path) -> None:
    path = tmp_path / "missing" / "report.txt"

    result = run("check", write("clean.yaml", CLEAN), "--output", path)

    assert result.exit_code == 2
    assert result.stderr.startswith(f"constructs-lib: {path}: No such file or directory. ")


def test_version(run: Run) -> None:
    assert run("--version").stdout == f"constructs-lib {__version__}\n"


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "junitparser", None)

    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        'constructs-lib: the command line needs more packages: pip install "constructs-lib[cli]"\n'
    )


def test_needs_neither_cdk_nor_node(write: Write, assembly: Path) -> None:
    """Nothing but what judges is imported, and nothing is found on an empty PATH."""
    path = write("key.yaml", BREAKS_ROTATION)
    program = f"""
import sys
from constructs_lib.cli import main
sys.argv = ["constructs-lib", "check", {str(path)!r}, {str(assembly)!r}]
try:
    main()
finally:
    print({{"aws_cdk", "cdk_nag", "constructs", "jsii"}} & sys.modules.keys(), file=sys.stderr)
"""

    ended = subprocess.run(
        [sys.executable, "-c", program], env={"PATH": "", FOLDER: ""}, capture_output=True, text=True
    )

    assert ended.returncode == 1
    assert "KMS_ROTATION" in ended.stdout
    assert ended.stderr == "set()\n"


def test_a_terminal_that_cannot_show_a_reason(write: Write) -> None:
    path = write("key.yaml", WAIVES_ROTATION.replace("imported", "für"))
    command = [sys.executable, "-m", "constructs_lib.cli", "check", str(path)]

    ended = subprocess.run(command, env={"PYTHONIOENCODING": "ascii", FOLDER: ""}, capture_output=True, text=True)

    assert ended.returncode == 0
    assert "f\\xfcr material" in ended.stdout
    assert ended.stderr == ""


@pytest.mark.parametrize("report_format", ["json", "sarif", "junit"])
def test_programs_read_utf_8(write: Write, report_format: str) -> None:
    path = write("key.yaml", WAIVES_ROTATION.replace("imported", "für"))
    command = [sys.executable, "-m", "constructs_lib.cli", "check", str(path), "--format", report_format]

    plain, other = (
        subprocess.run(command, env={"PYTHONIOENCODING": it, FOLDER: ""}, capture_output=True, check=True).stdout
        for it in ("utf-8", "cp1252")
    )

    assert other == plain
    assert "für" in plain.decode() or "f\\u00fcr" in plain.decode()


def test_a_reader_that_leaves_early(write: Write) -> None:
    path = write("key.yaml", BREAKS_ROTATION)
    command = [sys.executable, "-m", "constructs_lib.cli", "check", str(path)]

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        stderr = process.stderr.read()

    assert stderr == ""
