"""From a TCP connection to whole frames: CONNECT proxy, TLS, WebSocket, length prefixes."""
