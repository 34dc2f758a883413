"""What pages get for the browser: the snippet that loads analytics.js, the tags around it, and the first-party proxy."""
