"""Intervals for rates, comparison of two rates, yearly growth and trend. Pure functions."""
