"""Options drawn at random."""
