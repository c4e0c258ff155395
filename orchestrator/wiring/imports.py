"""What reads the imports of each language that a playbook may name."""

from collections.abc import Mapping

from orchestrator.domain.playbook import GraphOptions
from orchestrator.ports.imports import ImportGraph


def import_graphs(options: GraphOptions) -> Mapping[str, ImportGraph]:
    """Build the import graphs, by language."""
    from orchestrator.adapters.imports.ruff import RuffImportGraph

    return {"python": RuffImportGraph(options.type_checking_imports)}
