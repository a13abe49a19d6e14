"""What happens in scheduling without a caller: events are published, and read models follow them."""
