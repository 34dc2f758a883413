"""What pages get for the browser: the snippet that loads analytics.js, and the tags around it."""
