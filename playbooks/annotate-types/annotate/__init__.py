"""What the annotate-types playbook knows of Python.

It needs the standard library only. Nothing of the target repository is imported, only read.

sources    files in, edits out, byte for byte
functions  the functions of a file and what each one's body does
bindings   what a scope's names stand for
modules    names followed through imports to where they are defined
kinds      types as values
spelling   types read from annotations and written as annotations
known      what the language and the standard library answer
infer      the type of an expression
rules      the annotation of a function
edits      where it goes in the text
verdict    which annotations the last verdict speaks against
"""
