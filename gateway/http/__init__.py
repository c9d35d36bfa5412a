"""The HTTP API: one table of routes, one envelope, and the pages beside it."""
