"""Playing recorded history through the front door of a server on driven game time."""
