"""What a refusal has to say."""

from collections.abc import Callable
from typing import Any

import pytest

from constructs_lib.errors import InvalidOptionsError, Problem


def problems(make: Callable[[], Any]) -> list[Problem]:
    """Return every problem that is found while something is made; none is no refusal."""
    with pytest.raises(InvalidOptionsError) as refusal:
        make()
    return list(refusal.value.problems)
