"""Services that MiniStack lacks, as control planes: they keep what they are told, show it, and do nothing.

What a service understands and shows is botocore's model of it: a parameter that the model does not know is lost on the
way here, and a member that the answer's shape lacks is not shown.
"""

import itertools
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import botocore.session
from botocore.model import OperationModel
from ministack import app
from ministack.core import router
from ministack.core.responses import AccountRegionScopedDict

from .provision import Props

Answer = tuple[int, dict[str, str], bytes]
Operation = Callable[[Props], Props]


class ApiError(Exception):
    """An error in the service's own words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a service keeps of one kind of resource, and the operations on it."""

    identifier: str
    """The parameter that names a resource."""
    create: str
    describe: str
    delete: str
    several: str
    """The member of `describe` that lists the resources, or that is the one asked for."""
    one: str = ""
    """The member of the answers to `create` and `delete`; without it they are the resource."""
    shown: Callable[[Props], Props] = dict
    """What the service shows of a resource, from what it was told."""

    known: AccountRegionScopedDict = field(default_factory=AccountRegionScopedDict, init=False)
    """The resources by their names."""

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The operations by their names."""
        return {self.create: self._create, self.describe: self._describe, self.delete: self._delete}

    def find(self, request: Props) -> Props:
        """The resource that a request names."""
        name = request[self.identifier]
        if name not in self.known:
            raise ApiError(f"{self.one or self.several}NotFound", f"{name} not found.")
        found: Props = self.known[name]
        return found

    def _create(self, request: Props) -> Props:
        name = request[self.identifier]
        if name in self.known:
            raise ApiError(f"{self.one or self.several}AlreadyExists", f"{name} already exists.")
        self.known[name] = {"createdAt": time.time(), **self.shown(request)}
        return self._answer(self.known[name])

    def _describe(self, request: Props) -> Props:
        if self.identifier not in request:
            return {self.several: list(self.known.values())}
        found = self.find(request)
        return {self.several: found if self.several == self.one else [found]}

    def _delete(self, request: Props) -> Props:
        found = self.find(request)
        del self.known[request[self.identifier]]
        return self._answer(found)

    def _answer(self, found: Props) -> Props:
        return {self.one: found} if self.one else found


class Recorded:
    """A service made of kinds of resources, and of a few operations of its own."""

    def __init__(self, service: str, *kinds: Kind, **others: Operation) -> None:
        self._service = service
        self._model = botocore.session.get_session().get_service_model(service)
        self._operations: dict[str, Operation] = {**others}
        for kind in kinds:
            self._operations |= kind.operations

    def install(self) -> None:
        """Answer the service's calls."""
        prefix = self._model.metadata.get("targetPrefix")
        router.SERVICE_PATTERNS[self._service] = {
            "credential_scope": self._service,
            **({"target_prefixes": [f"{prefix}."]} if prefix else {}),
        }
        app.SERVICE_HANDLERS[self._service] = self._handle

    async def _handle(self, method: str, path: str, headers: dict[str, str], body: bytes, query: Props) -> Answer:
        speak = _speak_json if self._model.protocol == "json" else _speak_query
        return speak(self._model, headers, body, self._operations)


def _speak_json(model: Any, headers: dict[str, str], body: bytes, operations: Mapping[str, Operation]) -> Answer:
    name = headers["x-amz-target"].rpartition(".")[2]
    operation: OperationModel = model.operation_model(name)
    try:
        status, answer = 200, _only(operation.output_shape, operations[name](json.loads(body)))
    except ApiError as error:
        status, answer = 400, {"__type": error.code, "message": str(error)}
    return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer).encode()


def _only(shape: Any, value: Any) -> Any:
    """What a shape has a place for."""
    if shape is None:
        return {}
    if shape.type_name == "structure":
        return {name: _only(it, value[name]) for name, it in shape.members.items() if value.get(name) is not None}
    if shape.type_name == "list":
        return [_only(shape.member, it) for it in value]
    return value


def _speak_query(model: Any, headers: dict[str, str], body: bytes, operations: Mapping[str, Operation]) -> Answer:
    given = dict(parse_qsl(body.decode(), keep_blank_values=True))
    name = given["Action"]
    operation: OperationModel = model.operation_model(name)
    try:
        found = operations[name](_read(operation.input_shape, given, ""))
        shape = operation.output_shape
        inner = _element(f"{name}Result", shape, found) if shape else ""
        status, xml = 200, f"<{name}Response>{inner}</{name}Response>"
    except ApiError as error:
        inner = f"<Code>{escape(error.code)}</Code><Message>{escape(str(error))}</Message>"
        status, xml = 400, f"<ErrorResponse><Error><Type>Sender</Type>{inner}</Error></ErrorResponse>"
    return status, {"Content-Type": "text/xml"}, xml.encode()


def _read(shape: Any, given: Mapping[str, str], prefix: str) -> Any:
    """Read a value out of the form in which the query protocol sends it."""
    if shape is None:
        return {}
    if shape.type_name == "structure":
        members = {
            name: (it, _joined(prefix, it.serialization.get("name", name))) for name, it in shape.members.items()
        }
        return {name: _read(it, given, place) for name, (it, place) in members.items() if _is_given(given, place)}
    if shape.type_name == "list":
        entry = _joined(prefix, shape.member.serialization.get("name", "member"))
        places = itertools.takewhile(
            lambda place: _is_given(given, place), (f"{entry}.{n}" for n in itertools.count(1))
        )
        return [_read(shape.member, given, place) for place in places]
    text = given[prefix]
    reads: dict[str, Callable[[str], Any]] = {"integer": int, "long": int, "boolean": lambda it: it == "true"}
    return reads.get(shape.type_name, str)(text)


def _joined(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def _is_given(given: Mapping[str, str], place: str) -> bool:
    return place in given or any(name.startswith(f"{place}.") for name in given)


def _element(name: str, shape: Any, value: Any) -> str:
    """Write a value in the query protocol's XML, as far as the shape has a place for it."""
    if shape.type_name == "structure":
        inner = "".join(
            _element(it.serialization.get("name", member), it, value[member])
            for member, it in shape.members.items()
            if value.get(member) is not None
        )
    elif shape.type_name == "list":
        inner = "".join(_element(shape.member.serialization.get("name", "member"), shape.member, it) for it in value)
    else:
        inner = str(value).lower() if isinstance(value, bool) else escape(str(value))
    return f"<{name}>{inner}</{name}>"
