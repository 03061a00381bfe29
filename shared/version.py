"""Which version this is: said in `/schema` and metrics, and taken from here when a package is built."""

VERSION = "0.1.0"
