"""A GitHub for tests: real HTTP on the loopback, over a real bare repository served by git.

It keeps the rules of github.com that Leafcut's forge meets, and nothing else of it. **It never met
github.com**: each rule is kept from GitHub's documentation, whose page the docstrings name, or,
where the documentation is silent, from what people report that GitHub answered; then the docstring
names the report. Where neither says, the docstring says "assumed". So a green test here shows that
the forge keeps to the documentation, not that it works against github.com.

    with GitHubDouble(tmp_path) as github:
        subprocess.run(["git", "push", github.remote(), "HEAD:refs/heads/leafcut/a"])
        pull = github.client().get_repo(github.full_name).create_pull(
            base="main", head="leafcut/a", title="A", body=""
        )
        github.faults.drop("POST", "/pulls$")        # the effect takes place, the answer is lost
        github.people.merge(pull.number, "squash", delete_branch=True)
        assert [one.path for one in github.log if one.method == "POST"]

| file | what is in it |
|---|---|
| `double` | the whole, as a context manager |
| `server`, `service`, `routes`, `call`, `answers` | HTTP: who asks what, what is answered |
| `log`, `faults`, `limits`, `paging` | what was asked; what goes wrong on command; rates; pages |
| `state`, `shapes`, `notes`, `access` | the values, their JSON, who may do what |
| `bare`, `git_http` | the repository, and git over HTTP before it |
| `refs`, `pulls`, `updating`, `merging` | branches and pull requests |
| `following` | what becomes of pull requests when branches move or go |
| `issues`, `reviews`, `threads`, `diffs`, `checks`, `greens`, `accounts`, `apps` | more of REST |
| `workflows` | whose a workflow run is |
| `graphql`, `schema`, `views` | the few things that REST cannot do |
| `people` | what persons do on GitHub's pages |

Not there: forks, merge queues, rulesets and branch protection beyond required checks, auto-merge,
stacks as GitHub knows them, conditional requests (ETag), webhooks, commit signatures, the limits
on concurrent requests and on CPU time.
"""

from tests.support.github.double import GitHubDouble

__all__ = ["GitHubDouble"]
