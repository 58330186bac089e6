"""Amazon Aurora DSQL."""
