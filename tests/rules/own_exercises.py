"""The exercises shipped, and nothing imported. Shared: whoever imports makes a catalogue of their own."""

from pathlib import Path

from rules.exercise_file import parse

TEXT = (Path(__file__).parents[2] / "rules" / "exercises.toml").read_text(encoding="utf-8")
OWN = parse(TEXT)
