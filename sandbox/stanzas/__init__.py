"""What the server does with each stanza a client sends, a module per family."""
