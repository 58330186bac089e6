"""Every stack under every check."""
