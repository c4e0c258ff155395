"""Who calls on Leafcut from a workflow: asked of GitHub itself, never of the event."""

from github.Auth import Auth

from orchestrator.adapters.forges.address import Address
from orchestrator.adapters.forges.client import client
from orchestrator.adapters.forges.pace import Pace
from orchestrator.adapters.forges.refusal import telling
from orchestrator.domain.actions.gate import KeptBy

_READS = "metadata: read"


class Callers:
    """One repository on GitHub, for questions about people and workflow runs."""

    def __init__(self, where: Address, api: str, auth: Auth) -> None:
        """Ask nothing yet."""
        self.where = where
        self._pace = Pace(lambda _: None)
        self._repository = client(api, auth).get_repo(where.full_name, lazy=True)

    @telling("read who may write", _READS)
    def role_of(self, who: str) -> str:
        """Return somebody's role on the repository."""
        return self._pace.read(lambda: self._repository.get_collaborator_role_name(who))

    @telling("read the workflow run", _READS)
    def kept_by(self, run_id: int) -> KeptBy:
        """Return what is known of a workflow run."""
        found = self._pace.read(lambda: self._repository.get_workflow_run(run_id))
        return KeptBy(
            repository=found.head_repository.full_name,
            branch=found.head_branch,
            event=found.event,
        )

    @telling("read the repository", _READS)
    def main(self) -> str:
        """Return the name of the main branch."""
        return self._pace.read(lambda: self._repository.default_branch)
