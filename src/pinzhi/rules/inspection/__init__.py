"""What the law and the science say about supervision spot checks. Pure functions."""
