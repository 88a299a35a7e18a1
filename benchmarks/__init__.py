"""Programs that print ratios measured in one run: ours against the bare application of the same size. Never a test."""
