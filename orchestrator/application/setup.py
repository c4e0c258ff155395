"""Setup: what a playbook does to a worktree before an agent or a check uses it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from orchestrator.domain.durations import seconds
from orchestrator.domain.expressions import Value, for_shell
from orchestrator.domain.hosts import proxy_environment
from orchestrator.domain.playbook import Setup
from orchestrator.errors import MissingRequirementError
from orchestrator.ports.hosts import OpenHosts
from orchestrator.ports.repository import Repository, Worktree
from orchestrator.ports.sandbox import Command, Completed, ResourceLimits, Sandbox

KEY_FILE = "setup.key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """Makes worktrees show a commit, set up; cached a worktree by commands and inputs.

    Each worktree has a setup of its own: an environment shared between them would import the
    wrong checkout. `open_hosts` is asked where the setup may reach named hosts only.
    """

    setup: Setup
    repository: Repository
    sandbox: Sandbox
    values: Mapping[str, Value]
    open_hosts: OpenHosts
    readable: tuple[Path, ...] = ()

    def __call__(self, worktree: Worktree, commit: str) -> None:
        """Show `commit` and run the setup where it is stale.

        Raises:
            MissingRequirementError: a setup command failed.
        """
        worktree.reset(commit, self.setup.keep)
        if not self.setup.run:
            return
        key = self._key(commit)
        done = worktree.slot / KEY_FILE
        if done.is_file() and done.read_text(encoding="utf-8") == key:
            return
        done.unlink(missing_ok=True)
        for command in self.setup.run:
            self._run(worktree, for_shell(command, self.values))
        worktree.reset(commit, self.setup.keep)
        done.write_text(key, encoding="utf-8")

    def _run(self, worktree: Worktree, script: str) -> None:
        limits = ResourceLimits(wall_s=seconds(self.setup.timeout))
        command = Command(
            script=script,
            limits=limits,
            readable=self.readable,
            writable=(worktree.scratch,),
            network=not self.setup.limited,
        )
        completed, troubles = self._completed(worktree, command)
        if completed.exit_code != 0:
            said = (completed.stderr or completed.stdout).decode("utf-8", "replace").strip()
            last = [*said.splitlines()[-5:], *troubles]
            raise MissingRequirementError(
                "\n".join([f"setup command failed ({completed.ending}): {script}", *last]),
                hint=self._hint(troubles),
            )

    def _completed(self, worktree: Worktree, command: Command) -> tuple[Completed, Sequence[str]]:
        """Run a command; return how it ended, and what it wanted of the network in vain."""
        rules = self.setup.host_rules
        if not rules:
            return self.sandbox.run(worktree.root, command), ()
        with self.open_hosts(rules) as opened:
            gateway = opened.address
            env = proxy_environment(self.sandbox.gateway_url(gateway), rules)
            completed = self.sandbox.run(worktree.root, replace(command, gateway=gateway, env=env))
            return completed, tuple(opened.troubles)

    def _hint(self, troubles: Sequence[str]) -> str:
        if troubles:
            return "add to setup.hosts in playbook.yaml what the setup may reach"
        if not self.setup.hosts:
            return "setup.hosts is empty, so that the setup has no network"
        return "run it by hand at the target's base commit"

    def _key(self, commit: str) -> str:
        digest = hashlib.sha256()
        for command in self.setup.run:
            digest.update(for_shell(command, self.values).encode() + b"\0")
        if self.setup.limited:
            digest.update("\n".join(("hosts", *self.setup.hosts)).encode() + b"\0")
        for path in self.setup.inputs:
            content = self.repository.read(commit, path)
            digest.update(path.encode() + b"\0" + (b"" if content is None else content) + b"\0")
        return digest.hexdigest()
