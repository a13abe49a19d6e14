"""Privacy: legal holds, and the erasure of patients."""
