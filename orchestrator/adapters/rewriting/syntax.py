"""The adapter behind `domain.synthesis.examples.Syntax`."""

from orchestrator.adapters.rewriting import differ, parsing, rewriter


class AstGrep:
    """Syntax as ast-grep has it."""

    language = staticmethod(parsing.language)
    edits = staticmethod(differ.edits)
    rewritten = staticmethod(rewriter.rewritten)
