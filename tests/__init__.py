"""wagate's tests.

This file is needed: linkpreview, which neonize depends on, installs a package ``tests`` too, and wins without it.
"""
