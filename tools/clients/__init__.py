"""What of clients/ is made from the OpenAPI document: `make clients` (docs/adr/0067)."""
