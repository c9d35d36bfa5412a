"""Live state and concurrency: one actor kind per file, on top of a small runtime."""
