"""Wire shapes of the record."""
