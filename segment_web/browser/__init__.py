"""What the browser's analytics.js needs of the server, without a framework."""
