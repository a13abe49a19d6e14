"""What patients are told, and that they were told it once."""
