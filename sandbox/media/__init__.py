"""The encrypted files that messages refer to: kept on disk, named by their hash, opaque to the server."""
