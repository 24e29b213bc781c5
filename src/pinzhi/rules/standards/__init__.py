"""Rules of standards: identifiers, adoption, editions, limits, conformity, declarations, rankings."""
