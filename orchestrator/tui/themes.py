"""How the dashboard looks on dark and on light screens."""

from textual.theme import Theme

DARK = Theme(
    name="leafcut-dark",
    primary="#6fc3f5",
    secondary="#35c796",
    accent="#f0b429",
    success="#35c796",
    warning="#f0b429",
    error="#ff8552",
    foreground="#e4e7eb",
    background="#0f1317",
    surface="#171d23",
    panel="#1f272f",
    dark=True,
    variables={
        "scrollbar": "#36424e",
        "scrollbar-hover": "#4a5a6a",
        "scrollbar-active": "#6fc3f5",
        "scrollbar-background": "#12171c",
        "footer-key-foreground": "#6fc3f5",
    },
)
LIGHT = Theme(
    name="leafcut-light",
    primary="#005c92",
    secondary="#00694b",
    accent="#7a5200",
    success="#00694b",
    warning="#7a5200",
    error="#a83f00",
    foreground="#1b1f24",
    background="#ffffff",
    surface="#f1f3f5",
    panel="#e4e8ec",
    dark=False,
    variables={
        "scrollbar": "#b6c0ca",
        "scrollbar-hover": "#93a1ae",
        "scrollbar-active": "#005c92",
        "scrollbar-background": "#f1f3f5",
        "footer-key-foreground": "#005c92",
    },
)
