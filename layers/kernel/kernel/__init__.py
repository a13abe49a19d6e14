"""What every domain of both applications stands on. The kernel knows no domain."""
