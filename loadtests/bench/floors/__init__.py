"""What no server of this kind can beat: the same bytes with nothing around them. Each is a program of its own."""
