"""Places: region codes after GB/T 2260 by date with the zones beside it, and the names of agencies."""
