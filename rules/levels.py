"""Levels: level n needs 50 · n · (n - 1) XP. Exact, also for huge XP."""

from math import isqrt


def xp_needed(level: int, step: int = 50) -> int:
    """The XP at which `level` begins (1 at 0, 2 at 100, 3 at 300, …)."""
    return step * level * (level - 1)


def level_of(xp: int, step: int = 50) -> int:
    """The highest level whose XP is reached; 1 at least."""
    return (1 + isqrt(1 + 4 * (max(0, xp) // step))) // 2


def level_kept(reached: int, xp: int, step: int = 50) -> int:
    """A level once reached is kept, also when XP is taken back."""
    return max(reached, level_of(xp, step))
