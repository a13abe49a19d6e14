"""Audit: the trail of who did what with whose data, its seals, and what patients see of it."""
