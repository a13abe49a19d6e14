"""What happens to records without a caller: events are published, and visits become known."""
