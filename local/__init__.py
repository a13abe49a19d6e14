"""The laptop runtime: the real templates on an AWS emulator, with no Docker and no account."""
