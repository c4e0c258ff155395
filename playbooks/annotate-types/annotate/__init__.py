"""What the annotate-types playbook knows of Python: standard library only, nothing is imported
from the target repository, everything is read as text.

sources    files in, edits out, byte for byte
functions  the functions of a file and what each one's body does
bindings   what a scope's names stand for
modules    names followed through imports to where they are defined
kinds      types as values, read from annotations and written as annotations
infer      the type of an expression
rules      the annotation of a function
verdict    which annotations the last verdict speaks against
"""
