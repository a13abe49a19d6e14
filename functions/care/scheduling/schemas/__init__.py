"""Wire shapes of scheduling."""
