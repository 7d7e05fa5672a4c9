"""What signs in where user and secret do not."""
