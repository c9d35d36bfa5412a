"""The benchmarks: every speed promise as a figure beside a floor or a peer that was measured in the same run."""
