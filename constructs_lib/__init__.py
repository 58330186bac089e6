"""AWS data stores in CDK, right by default."""

__version__ = "0.1.0"
