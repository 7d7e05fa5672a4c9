"""What a client is given instead of user and secret."""
