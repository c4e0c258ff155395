"""A run's slices as pull requests on a forge.

`seen` looks at the forge, `restack` puts what is left of stacks on main, `arrange` says what each
slice is to be, `perform` does it; `close` ends it, and `address` hands a review back to the run.
"""
