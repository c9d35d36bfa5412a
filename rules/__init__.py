"""The game itself: pure functions and plain data. No clock, no I/O, no randomness; standard library only."""
