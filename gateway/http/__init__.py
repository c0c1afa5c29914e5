"""GraphQL over HTTP, Server-Sent Events and WebSocket, and the routes beside it."""
