"""The HTTP API by which tests and people drive the sandbox: docs/sandbox.md."""
