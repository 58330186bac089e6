"""Reads the keyword options of a construct: unknown words, missing ones and wrong types are refused together."""

import inspect
import types
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache, wraps
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from constructs import Construct

from constructs_lib.errors import Checks, InvalidOptionsError, Problem, is_token, show

P = ParamSpec("P")
Self = TypeVar("Self", bound=Construct)
Init = Callable[Concatenate[Self, Construct, str, P], None]


def checked(init: Init[Self, P]) -> Init[Self, P]:
    """Check the options of a construct's ``__init__`` against its signature before it runs.

    What an AWS construct inside refuses all the same reaches the caller as our error too, never as a trace of
    JavaScript.

    Raises:
        InvalidOptionsError: A keyword is unknown, a required one is missing, or a value has the wrong type.

    """
    signature = inspect.signature(init)
    names = [name for name, it in signature.parameters.items() if it.kind is it.KEYWORD_ONLY]
    required = [name for name in names if signature.parameters[name].default is inspect.Parameter.empty]

    @wraps(init)
    def construct(self: Self, scope: Construct, id: str, *args: P.args, **kwargs: P.kwargs) -> None:
        hints = _hints(init)
        checks = checks_for(scope, id)
        if not isinstance(scope, Construct) or not isinstance(id, str):
            raise InvalidOptionsError(type(self).__name__, [_misplaced(scope, id)])
        for value in args:
            checks.require(False, "options", show(value), allowed="keywords", advice="Write name=value.")
        for name in kwargs.keys() - set(names):
            close = get_close_matches(name, names, n=1)
            advice = f"Did you mean {close[0]}?" if close else "Leave it out."
            checks.require(False, name, "an unknown option", allowed=", ".join(names), advice=advice)
        for name in required:
            if name not in kwargs:
                checks.require(False, name, "nothing", allowed=describe(hints[name]), advice="This option is required.")
        for name in names:
            if name in kwargs and not fits(kwargs[name], hints[name]):
                checks.require(
                    False,
                    name,
                    show(kwargs[name]),
                    allowed=describe(hints[name]),
                    advice="Give the type that is asked.",
                )
        checks.refuse()
        try:
            init(self, scope, id, *args, **kwargs)
        except RuntimeError as error:
            raise InvalidOptionsError(f"{scope.node.path}/{id}", [_from_aws(error)]) from None

    return cast(Init[Self, P], construct)


def checks_for(scope: Construct, id: str) -> Checks:
    """Return empty checks that name the construct ``id`` in ``scope``."""
    return Checks(lambda: "/".join(part for part in (scope.node.path, id) if part))


def _misplaced(scope: Any, id: Any) -> Problem:
    return Problem("scope and id", f"{show(scope)} and {show(id)}", "a construct and a string", "Pass self and a name.")


def _from_aws(error: RuntimeError) -> Problem:
    message = str(error).strip().splitlines()[0].removeprefix("Error: ")
    return Problem("options", "a combination that AWS CDK refuses", "what AWS CDK accepts", message)


@lru_cache
def _hints(init: Callable[..., None]) -> Mapping[str, Any]:
    return get_type_hints(init)


def fits(value: Any, hint: Any) -> bool:
    """Tell whether a value has the type of an annotation, CDK's interfaces included; tokens fit any plain type."""
    origin = get_origin(hint)
    if hint is Any:
        return True
    if origin in (Union, types.UnionType):
        return any(fits(value, member) for member in get_args(hint))
    if hint is None or hint is types.NoneType:
        return value is None
    if origin is Literal:
        return value in get_args(hint)
    if hint in (str, int, float):
        return (
            is_token(value)
            or (isinstance(value, int if hint is float else hint) and not isinstance(value, bool))
            or (hint is float and isinstance(value, float))
        )
    if origin is not None and issubclass(origin, Mapping):
        key_hint, value_hint = get_args(hint)
        return isinstance(value, Mapping) and all(fits(k, key_hint) and fits(v, value_hint) for k, v in value.items())
    if origin is not None and issubclass(origin, Sequence):
        return isinstance(value, list | tuple) and all(fits(item, get_args(hint)[0]) for item in value)
    if getattr(hint, "_is_protocol", False):
        return _implements(value, hint)
    return isinstance(value, hint)


def _implements(value: Any, interface: Any) -> bool:
    """Tell whether a value is of a CDK interface; jsii hands out proxies that no ``isinstance`` recognizes."""
    proxy = interface.__jsii_proxy_class__()
    return any(
        isinstance(candidate, proxy)
        or any(interface in known.__mro__ for known in getattr(type(candidate), "__jsii_ifaces__", ()))
        for candidate in getattr(value, "_delegates", [value])
    )


def describe(hint: Any) -> str:
    """Write an annotation as its reader would: ``ec2.IVpc``, ``str or None``."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return " or ".join(describe(member) for member in get_args(hint))
    if hint is types.NoneType:
        return "None"
    if origin is Literal:
        return " or ".join(repr(value) for value in get_args(hint))
    if origin is not None:
        inner = ", ".join(describe(argument) for argument in get_args(hint) if argument is not ...)
        return f"{'a mapping' if issubclass(origin, Mapping) else 'a list'} of {inner}"
    module = hint.__module__.rsplit(".", 1)[-1].removeprefix("aws_")
    return hint.__name__ if module in ("builtins", "cdk") else f"{module}.{hint.__name__}"
