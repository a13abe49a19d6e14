"""Patients: who they are, how they are found, who may act for them, and how they come to an account."""
