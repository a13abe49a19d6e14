"""Generators and checks that are run by hand and in CI."""
