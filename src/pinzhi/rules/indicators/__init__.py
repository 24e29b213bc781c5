"""What a target asks, what was read, and whether the one reaches the other. Pure functions."""
