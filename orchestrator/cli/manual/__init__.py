"""The reference in docs/reference, written from the commands themselves.

`make docs` writes it; a test sees that what is committed is what the code gives.
"""
