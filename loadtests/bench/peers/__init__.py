"""What others build such a server from, written as their users would write it, and measured in the same run.

Only the benchmark installs them, pinned, into environments of their own below a cache folder; never the server.
"""
