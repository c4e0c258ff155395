"""How the dashboard reaches a browser, by way of a server that starts it."""

from textual import messages
from textual.drivers.web_driver import WebDriver


class Browser(WebDriver):
    """Ends the dashboard with its server: nobody sees it then, and nobody could end it."""

    def run_input_thread(self) -> None:
        """Hear the server until it says no more, or what is no sense."""
        super().run_input_thread()
        self._app.post_message(messages.ExitApp())
