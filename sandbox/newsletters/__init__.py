"""Newsletters (channels): what they are, who follows them, what was posted."""
