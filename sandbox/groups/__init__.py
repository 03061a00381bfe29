"""Groups: their state, what may be done to them by whom, and who is told."""
