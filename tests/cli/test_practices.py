"""What ``constructs-lib practices`` says of the catalogue."""

import re
from pathlib import Path

import pytest

from constructs_lib.cli.practice_pages import chapters, guard_rule, practices_markdown
from constructs_lib.practices import CATALOGUE, Practice
from constructs_lib.practices.catalogue import MODULES
from constructs_lib.practices.engine import Engine

from .conftest import Run

ROOT = Path(__file__).parent.parent.parent
EACH = pytest.mark.parametrize("practice", CATALOGUE.values(), ids=CATALOGUE)


def test_lists_all(run: Run) -> None:
    result = run("practices")

    assert result.exit_code == 0
    words = result.stdout.split()
    assert [word for word in words if word in CATALOGUE] == [*CATALOGUE]
    assert "  RDS_MULTI_AZ (RDS.5)\n    A standby in a second Availability Zone" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_writes_the_rules_for_a_guard_hook(run: Run) -> None:
    result = run("practices", "--guard")

    assert result.exit_code == 0
    assert sorted(re.findall(r"^rule (\w+)", result.stdout, re.MULTILINE)) == sorted(CATALOGUE)


def test_writes_the_rule_of_one(run: Run) -> None:
    assert run("practices", "--guard", "RDS_MULTI_AZ").stdout == guard_rule(CATALOGUE["RDS_MULTI_AZ"])


def test_writes_each_variable_of_several_rules_once(run: Run) -> None:
    text = run("practices", "--guard", "SecretsManager.1").stdout

    assert len(re.findall(r"^rule ", text, re.MULTILINE)) > 1
    variables = re.findall(r"^let (\w+)", text, re.MULTILINE)
    assert len(variables) == len(set(variables))


@pytest.mark.parametrize("name", ["RDS.5", "rds.5", "AwsSolutions-RDS3", "HIPAA.Security-RDSMultiAZSupport"])
def test_finds_what_a_report_of_others_names(run: Run, name: str) -> None:
    assert run("practices", name).stdout == run("practices", "RDS_MULTI_AZ").stdout


def test_finds_all_that_answer(run: Run) -> None:
    names = [it.id for it in CATALOGUE.values() if "SecretsManager.1" in it.controls]
    assert len(names) > 1

    lines = run("practices", "SecretsManager.1").stdout.splitlines()

    assert [line for line in lines if line in CATALOGUE] == names


@pytest.mark.parametrize("rule", ["E3002", "w3697"])
def test_explains_a_rule_that_is_no_practice(run: Run, rules: Engine, rule: str) -> None:
    result = run("practices", rule)

    assert result.exit_code == 0
    assert result.stdout.startswith(f"{rule.upper()}\n")
    assert " ".join(rules.rules[rule.upper()].split()) in " ".join(result.stdout.split())
    assert f'id="constructs-lib::{rule.upper()}"' in result.stdout


def test_a_rule_that_is_no_practice_has_no_guard(run: Run) -> None:
    result = run("practices", "E3002", "--guard")

    assert result.exit_code == 2
    assert "has no Guard rule" in result.stderr


def test_usage(run: Run) -> None:
    assert "practices [OPTIONS] [ID]" in run("practices", "--help").stdout


def test_chapters_hold_the_catalogue() -> None:
    assert len(chapters()) == len(MODULES)
    assert {it.id for chapter in chapters() for it in chapter.practices.values()} == CATALOGUE.keys()
    assert "Amazon RDS DB instances" in {chapter.title for chapter in chapters()}
    assert all(chapter.title and "recommends" not in chapter.title for chapter in chapters())


@EACH
def test_explains_each(run: Run, practice: Practice) -> None:
    result = run("practices", practice.id)

    assert result.exit_code == 0
    assert result.stdout.startswith(f"{practice.id}\n")
    assert " ".join(practice.claim.split()) in " ".join(result.stdout.split())
    assert practice.source in result.stdout
    assert all(control in result.stdout for control in practice.controls)
    assert all(part in result.stdout for answer in practice.answers for part in answer.split("-", 1))
    assert f"rule {practice.id} when" in result.stdout
    assert f'id="constructs-lib::{practice.id}"' in result.stdout


def test_what_cannot_be_waived_says_so(run: Run) -> None:
    stdout = run("practices", "RDS_NOT_PUBLIC").stdout

    assert "The constructs of this library cannot leave it out." in stdout
    assert "waive={" not in stdout


def test_how_to_waive(run: Run) -> None:
    stdout = run("practices", "rds_multi_az").stdout

    assert "from constructs_lib import rds\n    waive={rds.MULTI_AZ: " in stdout
    assert "constructs-lib:\n        waived:\n          RDS_MULTI_AZ: ..." in stdout


@EACH
def test_guard_rule_comes_with_its_variables_and_no_others(practice: Practice) -> None:
    text = guard_rule(practice)

    captured = set(re.findall(r"\[ (\w+) \|", text))
    assert set(re.findall(r"%(\w+)", text)) - captured == set(re.findall(r"^ *let (\w+)", text, re.MULTILINE))
    assert re.findall(r"^rule (\w+)", text, re.MULTILINE) == [practice.id]
    assert text.endswith("\n}\n")


def test_guard_rule_of_variables_that_are_filtered_again() -> None:
    text = guard_rule(CATALOGUE["RDS_IAM_AUTHENTICATION"])

    assert text.index("let rds_instances") < text.index("let rds_token_engines") < text.index("rule ")


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        ("RDS_MULTIAZ", "no practice, rule or control is called 'RDS_MULTIAZ'. Did you mean RDS_MULTI_AZ"),
        (
            "nothing like it",
            "no practice, rule or control is called 'nothing like it'. `constructs-lib practices` lists",
        ),
    ],
)
def test_unknown(run: Run, given: str, advice: str) -> None:
    result = run("practices", given)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"constructs-lib: {advice}")


def test_markdown(run: Run) -> None:
    page = run("practices", "--markdown").stdout

    assert page == practices_markdown()
    headings = re.findall(r"^(#+) (.+)$", page, re.MULTILINE)
    assert headings[0] == ("#", "Practices")
    assert [title for level, title in headings if level == "##"] == [chapter.title for chapter in chapters()]
    assert [title for level, title in headings if level == "###"] == [*CATALOGUE]
    assert page.endswith("\n")
    assert not page.endswith("\n\n")


def test_markdown_links_to_rules_that_are_there() -> None:
    links = re.findall(r"\]\((\S+\.guard)\)", practices_markdown())

    assert len(links) == len(MODULES)
    assert all((ROOT / link).is_file() for link in links)


def test_markdown_of_one(run: Run) -> None:
    section = run("practices", "RDS_MULTI_AZ", "--markdown").stdout

    assert (
        section
        == f"""\
### RDS_MULTI_AZ

{CATALOGUE["RDS_MULTI_AZ"].claim}

- Source: <{CATALOGUE["RDS_MULTI_AZ"].source}>
- Security Hub: RDS.5
- cdk-nag: AwsSolutions-RDS3, RDSMultiAZSupport (HIPAA.Security, NIST.800.53.R4, NIST.800.53.R5)
- To waive it: `rds.MULTI_AZ`
"""
    )
    assert section in practices_markdown()
