"""What tools keep between runs."""

from pathlib import Path

from gateway.client.notes import Notes


def test_notes_are_found_again_and_only_their_owner_may_read_them(tmp_path: Path) -> None:
    path = tmp_path / "new" / "notes.json"
    notes = Notes.read(path)
    notes.challenges["most"] = "an-id"
    notes.write()

    assert Notes.read(path) == notes
    assert path.stat().st_mode & 0o777 == 0o600


def test_every_tool_has_a_password_and_device_ids_of_its_own(tmp_path: Path) -> None:
    one, other = Notes.read(tmp_path / "one"), Notes.read(tmp_path / "other")

    assert one.password != other.password
    assert len({one.device_id("Ada"), one.device_id("Bela"), other.device_id("Ada")}) == 3
    assert one.device_id("Ada") == Notes.read(tmp_path / "one").device_id("Ada")
