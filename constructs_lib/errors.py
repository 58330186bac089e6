"""The one error that refuses options: every problem at once, each with what to do."""

import math
import reprlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Problem:
    """One option that cannot be accepted.

    Args:
        option: The keyword as the caller writes it.
        given: What was given, shortened for reading.
        allowed: What may be given.
        advice: What to do about it.
    """

    option: str
    given: str
    allowed: str
    advice: str

    def __str__(self) -> str:
        return f"{self.option}: got {self.given}; allowed: {self.allowed}. {self.advice}"


class InvalidOptionsError(ValueError):
    """Options that AWS, or a practice that is not waived, would refuse.

    Args:
        path: The path of the construct, or the name of the value, that was given the options.
        problems: All of them, in the order of the options.
    """

    def __init__(self, path: str, problems: Sequence[Problem]) -> None:
        self.path = path
        self.problems = tuple(problems)
        count = "1 invalid option" if len(self.problems) == 1 else f"{len(self.problems)} invalid options"
        super().__init__("\n  - ".join([f"{path}: {count}", *map(str, self.problems)]))


_EARLIER: Final[ContextVar[tuple[Problem, ...]]] = ContextVar("earlier", default=())
"""What was found before the checks of now, and is refused together with what they find."""


class Checks:
    """Collects problems while options are read, and refuses them together.

    A value that is a token, known only at deployment, is never judged: see :func:`is_token`.

    Args:
        path: Names what is checked; called only when something is wrong.
    """

    def __init__(self, path: Callable[[], str]) -> None:
        self._path = path
        self._problems: list[Problem] = []

    @property
    def failed(self) -> bool:
        """Whether any problem was recorded, here or before."""
        return bool(self._problems or _EARLIER.get())

    def problem(self, option: str, given: str, *, allowed: str, advice: str) -> None:
        """Record a problem, with what was given in words."""
        self._problems.append(Problem(option, given, allowed, advice))

    def require(
        self, holds: bool, option: str, value: Any, *, given: str | None = None, allowed: str, advice: str
    ) -> bool:
        """Record a problem unless the condition holds, and return whether it does.

        Args:
            holds: The condition.
            option: The keyword as the caller writes it.
            value: What was given; a token is not judged.
            given: What was given in words, where the value does not speak for itself.
            allowed: What may be given.
            advice: What to do about it.
        """
        if holds or is_token(value):
            return True
        self.problem(option, given or show(value), allowed=allowed, advice=advice)
        return False

    def require_between(
        self, low: float, value: float | None, high: float, option: str, *, unit: str = "", advice: str
    ) -> bool:
        """Record a problem unless ``low <= value <= high``; None and tokens pass."""
        if value is None or is_token(value):
            return True
        unit = f" {unit}" if unit else ""
        return self.require(low <= value <= high, option, value, allowed=f"{low} to {high}{unit}", advice=advice)

    def require_literal(self, option: str, value: Any) -> bool:
        """Record a problem for a number or quantity that is known only at deployment, where others follow from it."""
        literal = not is_token(value) and not (hasattr(value, "is_unresolved") and value.is_unresolved())
        if not literal:
            advice = "Write the number: alarms and other settings follow from it."
            self.problem(option, "a value known only at deployment", allowed="a literal", advice=advice)
        return literal

    def refuse(self) -> None:
        """Raise all problems, if there are any.

        Raises:
            InvalidOptionsError: With every problem that was recorded, here or before.
        """
        if self.failed:
            raise InvalidOptionsError(self._path(), [*_EARLIER.get(), *self._problems])

    @contextmanager
    def carried_on(self) -> Iterator[None]:
        """Let the checks that are made meanwhile refuse what was recorded here too."""
        before = _EARLIER.set((*_EARLIER.get(), *self._problems))
        try:
            yield
        finally:
            _EARLIER.reset(before)


def is_token(value: Any) -> bool:
    """Tell whether a value is known only at deployment, without asking jsii.

    CDK hides tokens in strings and lists behind markers, in numbers below any that a user would write, and passes
    the rest as objects that can be resolved.
    """
    match value:
        case str():
            return "${Token[" in value
        case bool():
            return False
        case int() | float():
            return math.isfinite(value) and value < -1e280
        case list() | tuple():
            return any(isinstance(item, str) and ("${Token[" in item or "#{Token[" in item) for item in value)
        case _:
            return hasattr(type(value), "resolve") and hasattr(type(value), "creation_stack")


def faces(value: Any) -> Sequence[Any]:
    """Return what a value is to jsii: itself, or each interface that a proxy stands for."""
    delegates = getattr(value, "_delegates", None)
    return delegates if isinstance(delegates, list | tuple) and delegates else [value]


def show(value: Any) -> str:
    """Write a value briefly, as a reader would recognize it."""
    if value is None or isinstance(value, str | int | float | list | tuple | dict):
        return reprlib.repr(value)
    if isinstance(value, type):
        return value.__name__
    value, proxy = faces(value)[-1], value
    if value is not proxy:  # A value that jsii knows by its interfaces alone.
        return f"a value of type {type(value).__name__.strip('_').removesuffix('Proxy')}"
    text = str(value)
    name = type(value).__name__
    article = "an" if name[0] in "AEIOU" else "a"
    return f"{article} {name}" if " object at " in text else text
