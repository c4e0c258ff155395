"""The small environment that commands get: nothing of the user's but where programs are."""

import os
from pathlib import Path

PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "JAVA_HOME", "PYENV_ROOT")
"""Variables of the user that commands may see; none of them is ever a secret."""


def base_environment(home: Path) -> dict[str, str]:
    """Return the environment of a command whose home and temporary folders are below `home`."""
    temporary = home / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        **passed,
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "LEAFCUT": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "NO_COLOR": "1",
    }
