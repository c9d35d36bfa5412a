"""Clients of a running server: what bots, replays, tests and the command line speak through. Front door only."""
