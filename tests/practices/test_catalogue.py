"""The catalogue as data, and the Guard rules as text."""

import importlib
import re
import tarfile
from collections import Counter
from pathlib import Path

import cdk_nag
import pytest

from constructs_lib.practices import CATALOGUE, Practice, guard_rules
from constructs_lib.practices.catalogue import MODULES
from constructs_lib.practices.engine import Engine
from tests.synthesis import ROOT

RULE = re.compile(r"^rule (\w+) when (%\w+) !empty \{", re.MULTILINE)
RULES = ROOT / "constructs_lib" / "practices"
EACH = pytest.mark.parametrize("practice", CATALOGUE.values(), ids=CATALOGUE)


def _declared() -> list[str]:
    return [name for name, _ in RULE.findall(guard_rules())]


def test_every_practice_has_one_rule_and_every_rule_its_practice() -> None:
    assert Counter(_declared()) == Counter(CATALOGUE.keys())


def test_ids_are_unique() -> None:
    practices = [it for module in MODULES for it in vars(module).values() if isinstance(it, Practice)]
    assert len(practices) == len({it.id for it in practices}) == len(CATALOGUE)


def test_every_rule_has_the_file_of_its_practice() -> None:
    for module in MODULES:
        ids = {it.id for it in vars(module).values() if isinstance(it, Practice)}
        file = RULES / f"{module.__name__.rsplit('.', 1)[-1]}.guard"
        assert {name for name, _ in RULE.findall(file.read_text(encoding="utf-8"))} == ids


def test_every_file_of_rules_belongs_to_the_catalogue() -> None:
    assert [it.name for it in RULES.glob("*.guard") if it.read_text(encoding="utf-8") not in guard_rules()] == []


@pytest.mark.parametrize(("among", "types"), [("resources", "resource_types"), ("companions", "companion_types")])
def test_the_resources_of_every_rule_are_picked_out(among: str, types: str) -> None:
    """A type that ``resources.guard`` forgets would never be judged."""
    shared = (RULES / "resources.guard").read_text(encoding="utf-8")
    picked = re.findall(rf"let {types} = (.*?)\nlet", shared, re.DOTALL)
    wanted = re.findall(rf"%{among}\[(.*?)\]", guard_rules(), re.DOTALL)
    named = [set(re.findall(r"'AWS::\w+::\w+'", "".join(it))) for it in (picked, wanted)]
    assert named[0] == named[1]
    assert len(named[0]) > 5


def test_every_rule_is_judged(rules: Engine) -> None:
    assert rules.rule_ids == sorted(set(rules.rule_ids))
    assert CATALOGUE.keys() <= set(rules.rule_ids)


@EACH
def test_the_id_is_one_that_guard_and_acknowledgements_take(practice: Practice) -> None:
    assert re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+", practice.id)
    assert CATALOGUE[practice.id] is practice


@pytest.mark.parametrize("practice", [it for it in CATALOGUE.values() if it.constant], ids=lambda it: it.id)
def test_the_constant_can_be_imported(practice: Practice) -> None:
    """What a refusal and the report tell readers to write has to work."""
    module, _, name = str(practice.constant).partition(".")
    assert getattr(importlib.import_module(f"constructs_lib.{module}"), name) is practice


@EACH
def test_the_claim_is_one_sentence_of_one_line(practice: Practice) -> None:
    assert re.fullmatch(r"[A-Z][^\n]{20,150}\.", practice.claim)


@EACH
def test_the_source_is_a_page_of_aws(practice: Practice) -> None:
    assert re.fullmatch(r"https://docs\.aws\.amazon\.com/[\w./-]+\.html(#[\w.-]+)?", practice.source)


@EACH
def test_controls_are_spelled_as_security_hub_spells_them(practice: Practice) -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9]+\.\d+", control) for control in practice.controls)
    assert len(practice.controls) == len(set(practice.controls))


@EACH
def test_answers_are_spelled_as_nag_spells_them(practice: Practice) -> None:
    packs = r"(AwsSolutions|HIPAA\.Security|NIST\.800\.53\.R[45]|PCI\.DSS\.321|Serverless)"
    assert all(re.fullmatch(rf"{packs}-\w+(\[LogExport::[a-z-]+\])?", answer) for answer in practice.answers)
    assert len(practice.answers) == len(set(practice.answers))


PACKS = {
    "AwsSolutions": "aws-solutions",
    "HIPAA.Security": "hipaa-security",
    "NIST.800.53.R4": "nist-800-53-r4",
    "NIST.800.53.R5": "nist-800-53-r5",
    "PCI.DSS.321": "pci-dss-321",
    "Serverless": "serverless",
}


@pytest.fixture(scope="session")
def nag_rules() -> set[str]:
    """The rules that each pack registers, as it names them."""
    [archive] = Path(cdk_nag.__file__).parent.glob("_jsii/*.tgz")
    known = set()
    with tarfile.open(archive) as package:
        for pack, name in PACKS.items():
            source = package.extractfile(f"package/lib/packs/{name}.js")
            assert source is not None
            text = source.read().decode()
            known |= {f"{pack}-{rule}" for rule in re.findall(r"(?:ruleSuffixOverride: '|rule: \w+\.)(\w+)", text)}
    return known


@pytest.mark.parametrize("practice", CATALOGUE.values(), ids=CATALOGUE)
def test_answers_are_rules_that_the_packs_have(practice: Practice, nag_rules: set[str]) -> None:
    assert {answer.partition("[")[0] for answer in practice.answers} <= nag_rules


def test_a_clause_says_what_to_do() -> None:
    messages = re.findall(r"<<(.*?)>>", guard_rules())
    assert len(messages) >= len(CATALOGUE)
    assert [it for it in messages if not re.fullmatch(r"[A-Z].*\.", it)] == []
