"""Defects that are known and proven, and not yet mended: a test that suddenly passes has to lose its mark."""

import pytest


def defect(reason: str) -> pytest.MarkDecorator:
    """Mark a test that shows a defect; with ``xfail_strict`` it fails as soon as the defect is gone."""
    return pytest.mark.xfail(reason=f"DEFECT: {reason}", strict=True)
