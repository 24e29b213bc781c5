"""Proof of what a register published: canonical values, salted groups, tree, checkpoints, verification."""
