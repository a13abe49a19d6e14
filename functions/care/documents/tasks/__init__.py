"""Functions that streams, queues and schedules call."""
