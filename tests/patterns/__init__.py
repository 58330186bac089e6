"""Services put together."""
