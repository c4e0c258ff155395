"""What calls to a language model used, read off what it answered."""
