"""What the classes of the API are made of, under the official names."""
