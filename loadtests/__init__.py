"""Load scenarios and benchmarks: how Gauntlet behaves with many, and how fast it is."""
