"""What is done with a patient's record."""
