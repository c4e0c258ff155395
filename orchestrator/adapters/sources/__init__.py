"""Reading source files off syntax trees: one module a language, one walk for all."""
