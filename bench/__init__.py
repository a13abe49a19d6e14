"""What `make bench` runs: the figures of docs/performance.md, measured against the budgets."""
