"""The catalogue: every practice of the library, and the engine that judges templates by them. Needs no aws_cdk."""

from constructs_lib.practices.catalogue import CATALOGUE, guard_rules
from constructs_lib.practices.engine import Engine, Finding
from constructs_lib.practices.practice import Practice

__all__ = ["CATALOGUE", "Engine", "Finding", "Practice", "guard_rules"]
