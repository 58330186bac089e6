"""Resources that are made together, in one call to Node."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import aws_cdk as cdk
from aws_cdk import cloudformation_include as include
from constructs import Construct


class Fragment(Mapping[str, cdk.CfnResource]):
    """Resources of a template; each is a typed L1, which is fetched when it is asked for.

    Ten of them cost a third of what they cost one by one. What holds data is not made so: its logical id must not
    depend on it.

    Args:
        scope: Where the resources live.
        resources: Each resource by its name, as a template writes it. They refer to each other as in a template, and by
            tokens to what is made elsewhere.
    """

    def __init__(self, scope: Construct, resources: Mapping[str, Mapping[str, Any]]) -> None:
        self._ids = {name: as_id(name) for name in resources}
        self._fetched: dict[str, cdk.CfnResource] = {}
        written = {"Resources": {self._ids[name]: resource for name, resource in resources.items()}}
        with NamedTemporaryFile("w", prefix="constructs-lib-", suffix=".json", encoding="utf-8", delete=False) as file:
            file.write(json.dumps(written))
        try:
            self._template = include.CfnInclude(scope, "Default", template_file=file.name, preserve_logical_ids=False)
        finally:
            Path(file.name).unlink()

    def __getitem__(self, name: str) -> cdk.CfnResource:
        if name not in self._fetched:
            self._fetched[name] = self._template.get_resource(self._ids[name])
        return self._fetched[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def as_id(name: str) -> str:
    """Return the id of a resource that is called so: CDK takes no percent sign in one."""
    return name.replace("%", "")
