"""The reference in docs/reference, written from the commands themselves, and docs/json.md.

`make docs` writes them; tests see that what is committed is what the code gives.
"""
