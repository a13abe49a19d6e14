"""The rules of patients, pure."""
