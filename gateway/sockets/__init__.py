"""The socket edge: one port, the WebSocket protocol, topics and their watchers."""
