"""Rules for JavaScript and TypeScript, Java, Rust and Go, and for make."""

import re
from collections.abc import Mapping

from orchestrator.domain.detection.found import (
    Evidence,
    Folder,
    Rule,
    either,
    has_file,
    has_text,
)

_INSTALLERS: Mapping[str, str] = {
    "package-lock.json": "npm ci",
    "npm-shrinkwrap.json": "npm ci",
    "pnpm-lock.yaml": "pnpm install --frozen-lockfile",
    "yarn.lock": "yarn install --frozen-lockfile",
}
_NO_TEST = "no test specified"
"""What npm writes into a new package.json."""


def _needs(package: str) -> Evidence:
    """See a package among what package.json asks for, or in its test script."""
    word = re.compile(rf"(^|[\s/]){re.escape(package)}($|\s)")

    def seen(folder: Folder) -> str:
        manifest = folder.manifest("package.json")
        for key in ("devDependencies", "dependencies"):
            if manifest.at(key, package) is not None:
                return f"package.json has {package} in {key}"
        script = manifest.at("scripts", "test")
        named = isinstance(script, str) and word.search(script)
        return f"package.json tests with {package}" if named else ""

    return seen


def _test_script(folder: Folder) -> str:
    said = folder.manifest("package.json").at("scripts", "test")
    usable = isinstance(said, str) and said.strip() and _NO_TEST not in said
    return "package.json has the script test" if usable else ""


def _install(folder: Folder) -> str:
    return next((call for name, call in _INSTALLERS.items() if name in folder.files), "npm install")


def _gradle(folder: Folder) -> str:
    program = "./gradlew" if "gradlew" in folder.files else "gradle"
    return f"{program} --console=plain test"


def _target(folder: Folder) -> str:
    """Return the target of a Makefile that tests, `check` where there is no `test`."""
    for name in _MAKEFILES:
        for target in ("test", "check", "tests"):
            if re.search(rf"^{target}\s*:(?!=)", folder.manifest(name).text, re.MULTILINE):
                return target
    return ""


def _make(folder: Folder) -> str:
    target = _target(folder)
    name = next((one for one in _MAKEFILES if one in folder.manifests), "Makefile")
    return f"{name} has the target {target}" if target else ""


_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")

JAVASCRIPT = (
    Rule(
        kind="build",
        tool="npm",
        language="javascript",
        seen=has_file("package.json"),
        setup=_install,
    ),
    Rule(
        kind="tests",
        tool="vitest",
        language="javascript",
        seen=_needs("vitest"),
        check='npx vitest run --reporter=junit --outputFile="$LEAFCUT_REPORT"',
        report="junit",
    ),
    Rule(
        kind="tests",
        tool="jest",
        language="javascript",
        seen=_needs("jest"),
        check="npx jest --ci",
    ),
    Rule(
        kind="tests",
        tool="mocha",
        language="javascript",
        seen=_needs("mocha"),
        check='npx mocha --reporter xunit --reporter-option output="$LEAFCUT_REPORT"',
        report="junit",
    ),
    Rule(
        kind="tests",
        tool="npm test",
        language="javascript",
        seen=_test_script,
        check="npm test",
        general=True,
    ),
    Rule(
        kind="types",
        tool="tsc",
        language="typescript",
        seen=has_file("tsconfig.json"),
        check="npx tsc --noEmit --pretty false",
        report="lines",
    ),
)

OTHERS = (
    Rule(
        kind="build",
        tool="maven",
        language="java",
        seen=has_file("pom.xml"),
        setup="mvn -q -B dependency:go-offline",
    ),
    Rule(
        kind="tests",
        tool="maven",
        language="java",
        seen=either(has_text("pom.xml", "junit", "testng", "surefire"), has_file("pom.xml")),
        check="mvn -q -B test",
    ),
    Rule(
        kind="tests",
        tool="gradle",
        language="java",
        seen=has_file("build.gradle", "build.gradle.kts"),
        check=_gradle,
    ),
    Rule(
        kind="tests",
        tool="cargo",
        language="rust",
        seen=has_file("Cargo.toml"),
        check="cargo test --quiet",
        setup="cargo fetch",
    ),
    Rule(
        kind="tests",
        tool="go",
        language="go",
        seen=either(has_text("go.mod", "module "), has_file("go.mod")),
        check="go test ./...",
        setup="go mod download",
    ),
    Rule(
        kind="tests",
        tool="make",
        language="",
        seen=_make,
        check=lambda f: f"make {_target(f)}",
        general=True,
    ),
)
