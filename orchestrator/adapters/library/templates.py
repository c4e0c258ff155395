"""What is wrong with the templates beside an agent.yaml or a playbook.yaml."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path

from orchestrator.adapters.library.source import MAX_BYTES, Fault
from orchestrator.application.templates import environment


def template_faults(path: Path, known: Collection[str]) -> Iterator[Fault]:
    """Yield what is wrong with a template; `known` are the names that it may use, dotted or not."""
    from jinja2 import TemplateSyntaxError, meta, nodes

    tops = {name.partition(".")[0] for name in known}
    try:
        text = path.read_bytes()[: MAX_BYTES + 1].decode("utf-8")
        parsed = environment().parse(text)
    except UnicodeDecodeError:
        yield Fault(path, 1, 1, "is not UTF-8 — save it as UTF-8")
        return
    except TemplateSyntaxError as error:
        yield Fault(path, error.lineno, 1, f"is no template: {error.message}")
        return
    used = meta.find_undeclared_variables(parsed) - tops
    for part in parsed.find_all(nodes.Getattr):
        dotted = f"{part.node.name}.{part.attr}" if isinstance(part.node, nodes.Name) else ""
        if dotted.partition(".")[0] in tops - set(known) and dotted not in known:
            used.add(dotted)
    for name in sorted(used):
        near = get_close_matches(name, {*known, *tops}, n=1)
        advice = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
        yield Fault(path, _line_of(text, name), 1, f"{name} is not known here — {advice}")


def _line_of(text: str, name: str) -> int:
    return next((at for at, line in enumerate(text.split("\n"), 1) if name in line), 1)
