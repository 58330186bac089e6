"""How a service reports a resource, and what of a template is not in the report."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jmespath

from .cloud import Cloud, Resource

TAGS = {"BackupPlanTags", "BackupVaultTags", "Tags"}
"""Not read back: every service reports them by a call of its own, and we promise nothing about them."""


@dataclass(frozen=True)
class Report:
    """How a service reports a resource of one type."""

    describe: Callable[[Cloud, str], Any]
    """The report on the resource with this physical id."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Where a property is in the report, as a JMESPath, if not under its own name."""
    silent: Mapping[str, str] = field(default_factory=dict)
    """Properties that the report does not have, and why."""

    def lacks(self, resource: Resource) -> dict[str, Any]:
        """What the report on a resource has in place of the properties that it should have.

        Literal values must be equal. Where the template has an intrinsic function, the report must have something;
        what refers to what is the matter of the tests of promises.
        """
        described = self.describe(resource.cloud, resource.physical_id)
        unreported = TAGS | self.silent.keys()
        stated = {name: value for name, value in resource.properties.items() if name not in unreported}
        reported = {name: jmespath.search(self.renamed.get(name, name), described) for name in stated}
        return {name: reported[name] for name in stated if not _holds(stated[name], reported[name])}


def _holds(stated: Any, reported: Any) -> bool:
    """Whether a report has what the template states; it may have more."""
    if isinstance(stated, dict) and any(name == "Ref" or name.startswith("Fn::") for name in stated):
        return reported is not None
    if isinstance(stated, dict):
        return isinstance(reported, dict) and all(_holds(stated[name], reported.get(name)) for name in stated)
    if isinstance(stated, list):
        entries = reported if isinstance(reported, list) else [reported]
        return all(any(_holds(entry, other) for other in entries) for entry in stated)
    # Templates and reports do not agree on which numbers and truths are text.
    return set(_spellings(stated)) & set(_spellings(reported)) != set()


def _spellings(value: Any) -> Iterator[str]:
    yield "" if value is None else str(value).lower()
    if isinstance(value, float) and value.is_integer():
        yield str(int(value))
