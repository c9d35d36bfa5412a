"""Measurements inside one process, without sockets. Each is a program that prints one JSON object."""
