"""Plans as people look at them: table, Mermaid, DOT and a page."""
