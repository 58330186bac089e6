"""The catalogue: every practice of the library. Needs neither aws_cdk nor the engine that judges by it."""

from constructs_lib.practices.catalogue import CATALOGUE, guard_rules
from constructs_lib.practices.practice import Practice

__all__ = ["CATALOGUE", "Practice", "guard_rules"]
