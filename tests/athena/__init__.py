"""Amazon Athena."""
