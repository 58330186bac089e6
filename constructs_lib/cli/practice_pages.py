"""What the catalogue says of its practices: as a list, one by one, and as PRACTICES.md."""

import re
import textwrap
from typing import NamedTuple

from constructs_lib.practices import CATALOGUE, Practice, guard_rules
from constructs_lib.practices.catalogue import MODULES
from constructs_lib.practices.practice import NAMESPACE

WIDTH = 80

_BLOCK = re.compile(r"^(?:let|rule) (\w+).*?(?=^(?:let|rule|#)|\Z)", re.MULTILINE | re.DOTALL)
_VARIABLE = re.compile(r"%(\w+)")

_INTRODUCTION = f"""\
# Practices

Every default of the constructs that differs from AWS's own, with the AWS page that recommends it, the Security Hub
controls that it satisfies, and the cdk-nag rules that a waiver of it acknowledges. A rule of the same name, in
CloudFormation Guard, proves it on any template: `constructs-lib check cdk.out`.

`constructs-lib practices ID` shows the rule of a practice and how to waive it; its acknowledgement is
`{NAMESPACE}::ID`.

This page is written by `constructs-lib practices --markdown`.
"""

_WAIVING = f"""\
How to waive it, with the reason:

  {{in_construct}}

  On any other construct of a CDK app:
    Validations.of(construct).acknowledge(
        Acknowledgment(id="{NAMESPACE}::{{id}}", reason="...")
    )

  On a resource of a template:
    Metadata:
      {NAMESPACE}:
        waived:
          {{id}}: ...
"""


class Chapter(NamedTuple):
    """The practices of one service.

    Args:
        title: What they are about, ``Amazon RDS DB instances``.
        module: The Python module that holds them.
        practices: Each by the name of its constant, ``MULTI_AZ``.
    """

    title: str
    module: str
    practices: dict[str, Practice]

    @property
    def guard_file(self) -> str:
        """The name of the file with their Guard rules."""
        return f"{self.module.rpartition('.')[2]}.guard"


def chapters() -> list[Chapter]:
    """Return the catalogue, service by service."""
    return [
        Chapter(
            title=(module.__doc__ or "").strip().removeprefix("What AWS recommends for ").rstrip("."),
            module=module.__name__,
            practices={name: it for name, it in vars(module).items() if isinstance(it, Practice)},
        )
        for module in MODULES
    ]


def practices_of(name: str) -> list[Practice]:
    """Return the practice of an id, or those that answer a control of Security Hub or a rule of cdk-nag."""
    wanted = name.upper()
    return [
        it
        for it in CATALOGUE.values()
        if wanted in map(str.upper, (*it.rules, *it.controls, *(answer.partition("-")[2] for answer in it.answers)))
    ]


def practices_text() -> str:
    """List all practices: the id, the Security Hub controls, and the claim."""
    lines: list[str] = []
    for chapter in chapters():
        lines.append(f"{chapter.title}\n")
        for practice in chapter.practices.values():
            controls = f" ({', '.join(practice.controls)})" if practice.controls else ""
            lines += [f"  {practice.id}{controls}", _fold(practice.claim, "    "), ""]
    return "\n".join(lines)


def practice_text(practice: Practice) -> str:
    """Explain one practice: where it comes from, what proves it, and how to waive it."""
    chapter = _chapter(practice)
    facts = {
        "Source": [practice.source],
        "Security Hub": [", ".join(practice.controls) or "no control"],
        "cdk-nag": nag_rules(practice) or ["no rule"],
    }
    return "\n".join(
        [
            practice.id,
            _fold(practice.claim, ""),
            "",
            *(_fact(name, values) for name, values in facts.items()),
            "",
            f"Its Guard rule, in {chapter.guard_file}:",
            "",
            textwrap.indent(guard_rule(practice), "  "),
            _WAIVING.format(in_construct=_in_construct(practice), id=practice.id),
        ]
    )


def rule_text(rule: str, says: str) -> str:
    """Explain a rule of the engine that is no practice."""
    own = "The constructs of this library keep it, or acknowledge it themselves."
    return "\n".join(
        [
            rule,
            _fold(says, ""),
            "",
            _fold("It is a rule of CloudFormation's own, which finds what a deployment would stumble over.", "  "),
            "",
            _WAIVING.format(in_construct=own, id=rule),
        ]
    )


def _in_construct(practice: Practice) -> str:
    if practice.constant is None:
        return "The constructs of this library cannot leave it out."
    package = practice.constant.partition(".")[0]
    return (
        "In a construct of this library that can leave it out:\n"
        f"    from constructs_lib import {package}\n"
        f'    waive={{{practice.constant}: "..."}}'
    )


def practices_markdown() -> str:
    """Write PRACTICES.md."""
    parts = [_INTRODUCTION]
    for chapter in chapters():
        file = f"{chapter.module.rpartition('.')[0].replace('.', '/')}/{chapter.guard_file}"
        parts += [
            f"## {chapter.title}\n\nThe rules: [{chapter.guard_file}]({file})\n",
            *map(practice_markdown, chapter.practices.values()),
        ]
    return "\n".join(parts)


def practice_markdown(practice: Practice) -> str:
    """Write the section of one practice in PRACTICES.md."""
    lines = [f"### {practice.id}\n", f"{practice.claim}\n", f"- Source: <{practice.source}>"]
    if practice.controls:
        lines.append(f"- Security Hub: {', '.join(practice.controls)}")
    if practice.answers:
        lines.append(f"- cdk-nag: {', '.join(nag_rules(practice))}")
    if practice.constant:
        lines.append(f"- To waive it: `{practice.constant}`")
    return "\n".join(lines) + "\n"


def nag_rules(practice: Practice) -> list[str]:
    """Return the cdk-nag rules that the practice answers, each with the packs that have it."""
    packs: dict[str, list[str]] = {}
    for answer in practice.answers:
        pack, _, rule = answer.partition("-")
        packs.setdefault(rule, []).append(pack)
    return [f"{its[0]}-{rule}" if len(its) == 1 else f"{rule} ({', '.join(its)})" for rule, its in packs.items()]


def guard_rule(*practices: Practice) -> str:
    """Return the text of the Guard rules that prove the practices, after the variables that they read."""
    blocks = {match[1]: match[0].rstrip() for match in _BLOCK.finditer(guard_rules())}
    needed = {practice.id for practice in practices}
    while more := {name for it in needed for name in _VARIABLE.findall(blocks[it])} & blocks.keys() - needed:
        needed |= more
    return "\n".join(text for name, text in blocks.items() if name in needed) + "\n"


def _chapter(practice: Practice) -> Chapter:
    return next(chapter for chapter in chapters() if practice in chapter.practices.values())


def _fact(name: str, values: list[str]) -> str:
    return textwrap.indent(f"{name:<14}" + f"\n{'':<14}".join(values), "  ")


def _fold(text: str, indent: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent)
