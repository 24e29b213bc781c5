"""Yearly appraisal: weighted indicators to scores, scores to ranks, and what the ranks hang on."""
