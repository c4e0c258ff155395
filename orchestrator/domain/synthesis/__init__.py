"""From landed edits to a rule: what several change sets did alike, as pattern and fix."""
