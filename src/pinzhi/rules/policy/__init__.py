"""Reading policy documents: text in, plan out. Pure functions, no I/O, no clock."""
