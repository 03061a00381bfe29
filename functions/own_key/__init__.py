"""What a key may know of itself."""
