"""What a key did."""
