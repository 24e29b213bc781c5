"""What may be done to registers: one verb a file."""
