"""Programs that run in a process of their own, on what Lambda would run on, and write what they measured to a file."""
