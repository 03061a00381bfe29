"""The audit log: written with each change, and read."""
