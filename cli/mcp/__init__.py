"""The gateway as tools of language models."""
