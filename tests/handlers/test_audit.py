"""The function that audits orders."""

import importlib.util
import json
from typing import Any, Protocol

import pytest

from tests.synthesis import ROOT


class Handler(Protocol):
    """What Lambda calls."""

    def __call__(self, event: dict[str, Any], context: object) -> dict[str, Any]: ...


@pytest.fixture
def handler() -> Handler:
    """The function, loaded as Lambda loads it: from its file, without the library."""
    path = ROOT / "stacks" / "handlers" / "audit" / "index.py"
    spec = importlib.util.spec_from_file_location("audit", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Handler = module.handler
    return made


def _record(number: int, *, poison: bool | None = None, event: str = "INSERT") -> dict[str, Any]:
    image: dict[str, Any] = {"customer": {"S": "c"}} | ({} if poison is None else {"poison": {"BOOL": poison}})
    return {
        "eventName": event,
        "dynamodb": {
            "Keys": {"customer": {"S": f"c{number}"}},
            "SequenceNumber": str(number),
            **({} if event == "REMOVE" else {"NewImage": image}),
        },
    }


def test_every_record_is_written_to_the_log(handler: Handler, capsys: pytest.CaptureFixture[str]) -> None:
    records = [_record(1), _record(2, poison=False), _record(3, event="REMOVE")]
    assert handler({"Records": records}, None) == {"batchItemFailures": []}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["INSERT", "INSERT", "REMOVE"]
    assert {line["outcome"] for line in lines} == {"processed"}
    assert lines[0]["keys"] == {"customer": {"S": "c1"}}


def test_the_first_record_that_fails_is_reported_and_ends_the_batch(
    handler: Handler, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [_record(1), _record(2, poison=True), _record(3, poison=True)]
    assert handler({"Records": records}, None) == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    outcomes = [json.loads(line)["outcome"] for line in capsys.readouterr().out.splitlines()]
    assert outcomes == ["processed", "failed"]


def test_an_empty_batch_is_no_failure(handler: Handler) -> None:
    assert handler({"Records": []}, None) == {"batchItemFailures": []}
