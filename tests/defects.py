"""Defects that are known and proven, and not yet mended: a test that suddenly passes has to lose its mark."""

import pytest

PROOFS = (AssertionError, pytest.fail.Exception)
"""What a test that shows a defect fails with; anything else is a defect of the test."""


def defect(reason: str) -> pytest.MarkDecorator:
    """Mark a test that shows a defect; it fails as soon as the defect is gone."""
    return pytest.mark.xfail(reason=f"DEFECT: {reason}", raises=PROOFS, strict=True)
