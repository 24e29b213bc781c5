"""Measurements of the product: each beside the plainest way to do the same, in one run. `python -m bench`."""
