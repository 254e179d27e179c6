"""The command line and the chat page: thin shells over `qa` and `index`."""
