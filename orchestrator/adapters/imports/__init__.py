"""Readers of import graphs, one a language."""
