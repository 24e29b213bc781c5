"""Acceptance sampling by attributes: printed plans, switching, operating characteristics, search, declared quality."""
