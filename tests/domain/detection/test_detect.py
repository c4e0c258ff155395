"""What repositories show: languages, tools with their evidence, parts, hostile manifests."""

import json
from collections.abc import Mapping

import pytest

from orchestrator.domain.detection.detect import (
    MOST_TESTS,
    Detected,
    detect,
    manifests_of,
    some_tests,
)
from orchestrator.domain.detection.found import SHOWN
from orchestrator.domain.detection.manifest import Manifest
from orchestrator.domain.detection.propose import checks, runs_tests, setups

CASE = "class A(unittest.TestCase):\n    def test_a(self): ...\n"
FUNCTION = "def test_a(): ...\n"
JUNIT = 'python -m pytest -q --junitxml="$LEAFCUT_REPORT"'


def look(files: Mapping[str, str]) -> Detected:
    """Detect in a repository of these files."""
    manifests, tests = manifests_of(files), some_tests(files)
    return detect(
        list(files), {path: files[path] for path in manifests}, {p: files[p] for p in tests}, {}
    )


def because(detected: Detected, tool: str) -> str:
    return next((one.because for one in detected.found if one.tool == tool), "")


PYTEST = {
    "pyproject.toml has [tool.pytest]": {"pyproject.toml": "[tool.pytest.ini_options]\n"},
    "pytest.ini is there": {"pytest.ini": "[pytest]\n"},
    "tox.ini has [pytest]": {"tox.ini": "[pytest]\naddopts = -q\n"},
    "setup.cfg has [tool:pytest]": {"setup.cfg": "[tool:pytest]\n"},
    "requirements-dev.txt asks for pytest": {"requirements-dev.txt": "# x\npytest>=8\n"},
    "tests/conftest.py is there": {"tests/conftest.py": ""},
    "pyproject.toml asks for pytest": {
        "pyproject.toml": '[project.optional-dependencies]\ntest = ["pytest>=7"]\n'
    },
}


@pytest.mark.parametrize("evidence", PYTEST)
def test_pytest_is_known_by_many_signs(evidence: str) -> None:
    detected = look({**PYTEST[evidence], "tests/test_a.py": CASE})
    assert because(detected, "pytest") == evidence
    (check,) = (one for one in checks(detected) if one.name == "tests")
    assert (check.run, check.report, check.because) == (JUNIT, "junit", evidence)


def test_dependency_groups_and_poetry_name_pytest_too() -> None:
    groups = '[dependency-groups]\ntest = ["PyTest ~= 8.0", {include-group = "x"}]\n'
    poetry = '[tool.poetry.group.dev.dependencies]\npytest = "^8"\n'
    for text in (groups, poetry):
        assert because(look({"pyproject.toml": text}), "pytest")
    other = '[project]\ndependencies = ["pytest-cov", "not-pytest"]\n'
    assert not because(look({"pyproject.toml": other}), "pytest")


def test_unittest_serves_where_tests_are_written_for_it() -> None:
    files = {"setup.py": "import setuptools\n", "tests/__init__.py": "", "tests/test_a.py": CASE}
    detected = look(files)
    assert because(detected, "unittest") == "tests/test_a.py has a TestCase"
    assert [one.run for one in checks(detected)] == ["python -m unittest discover -s tests -t ."]
    assert not because(look({**files, "pytest.ini": ""}), "unittest")


def test_pytest_serves_where_tests_need_it_and_nothing_asks_for_it() -> None:
    files = {
        "setup.py": "import setuptools\n",
        "tests/test_a.py": CASE,
        "tests/test_b.py": FUNCTION,
    }
    detected = look(files)
    said = "tests/test_b.py has test functions, and nothing asks for pytest"
    (check,) = checks(detected)
    assert (check.run, check.report, check.because) == (JUNIT, "junit", said)
    assert setups(detected) == ("python -m pip install -e .", "python -m pip install pytest")
    assert not because(detected, "unittest")


def test_pytest_serves_where_it_is_not_sure_what_tests_are_written_for() -> None:
    unsure = "class TestB(Unknown):\n    def test_b(self): ...\n"
    detected = look({"test_b.py": unsure})
    assert because(detected, "pytest").startswith("test_b.py has classes of tests")
    assert because(look({"test_a.py": CASE, "test_b.py": unsure}), "unittest")


def test_tests_are_enough_where_there_is_no_manifest() -> None:
    assert because(look({"test_a.py": FUNCTION}), "pytest")
    detected = look({"tools/test_a.py": FUNCTION, "api/setup.py": "setuptools", "go.mod": ""})
    assert not because(detected, "pytest")


@pytest.mark.parametrize("text", ["", "import unittest\n", "def helper(): ...\n"])
def test_no_check_is_proposed_that_would_run_nothing(text: str) -> None:
    detected = look({"setup.py": "import setuptools\n", "x/test_tools.py": text, "mypy.ini": ""})
    assert [one.name for one in checks(detected)] == ["types"]
    assert not runs_tests(detected)
    assert runs_tests(look({"x/test_tools.py": FUNCTION}))


NO_TEST = {
    "pytest": {"pyproject.toml": "[tool.pytest.ini_options]\n", "tests/conftest.py": ""},
    "tox": {"tox.ini": "[tox]\n"},
    "nox": {"noxfile.py": ""},
}


@pytest.mark.parametrize("tool", NO_TEST)
def test_a_runner_without_any_test_gives_no_check(tool: str) -> None:
    files = {**NO_TEST[tool], "setup.py": "setuptools", "src/x.py": ""}
    detected = look(files)
    assert because(detected, tool).startswith("there is no test, though ")
    assert (checks(detected), runs_tests(detected)) == ((), False)
    assert len(checks(look({**files, "x/selftest/run.py": ""}))) == 1


def test_a_runner_whose_tests_have_other_names_has_tests() -> None:
    for said in ('python_files = "check_*.py"', 'addopts = "--doctest-modules"'):
        text = f"[tool.pytest.ini_options]\n{said}\n"
        assert runs_tests(look({"pyproject.toml": text, "x.py": ""}))


def test_the_root_runs_tests_of_its_parts() -> None:
    files = {"pytest.ini": "", "api/setup.py": "setuptools", "api/test_a.py": FUNCTION}
    assert [one.name for one in checks(look(files))] == ["tests"]


def test_test_files_of_all_folders_are_read_and_not_too_many() -> None:
    many = [f"a/test_{number}.py" for number in range(MOST_TESTS + 1)]
    read = some_tests([*many, "b/c/test_1.py", "b/tests/x_test.py", "tests.py", "a/conftest.py"])
    assert len(read) == MOST_TESTS
    assert read[:4] == ["tests.py", "a/test_0.py", "b/c/test_1.py", "b/tests/x_test.py"]


def test_test_files_of_others_and_names_that_could_run_something_are_left_out() -> None:
    paths = ["vendor/test_a.py", "node_modules/x/a_test.py", "${{ x }}/test_a.py", "a\nb/test_a.py"]
    assert some_tests([*paths, "tests/fixtures/test_a.py", "a/latest.py", "a/test.txt"]) == []


@pytest.mark.parametrize(
    ("files", "tool", "option"),
    [
        ({"tox.ini": "[tox]\n"}, "tox", "tests=python -m tox -q"),
        ({"noxfile.py": ""}, "nox", "tests=python -m nox"),
        ({"pom.xml": "<artifactId>junit"}, "maven", "tests=mvn -q -B test"),
        ({"build.gradle": "", "gradlew": ""}, "gradle", "tests=./gradlew --console=plain test"),
        ({"build.gradle.kts": ""}, "gradle", "tests=gradle --console=plain test"),
        ({"Cargo.toml": "[package]"}, "cargo", "tests=cargo test --quiet"),
        ({"go.mod": "module x"}, "go", "tests=go test ./..."),
        ({"Makefile": "CHECK := 1\ncheck: all\n\ttrue\n"}, "make", "tests=make check"),
    ],
)
def test_other_languages_have_their_runners(files: dict[str, str], tool: str, option: str) -> None:
    detected = look({**files, "test_a.py": ""})
    assert because(detected, tool)
    assert option in [one.on_command_line for one in checks(detected)]


@pytest.mark.parametrize(
    ("package", "option"),
    [
        ({"devDependencies": {"vitest": "1"}},
         'tests:junit=npx vitest run --reporter=junit --outputFile="$LEAFCUT_REPORT"'),
        ({"devDependencies": {"jest": "1"}}, "tests=npx jest --ci"),
        ({"scripts": {"test": "node_modules/.bin/mocha test/*.js"}},
         'tests:junit=npx mocha --reporter xunit --reporter-option output="$LEAFCUT_REPORT"'),
        ({"scripts": {"test": "node --test"}}, "tests=npm test"),
    ],
)  # fmt: skip
def test_package_json_names_its_runner(package: dict[str, object], option: str) -> None:
    detected = look({"package.json": json.dumps(package)})
    assert [one.on_command_line for one in checks(detected)] == [option]


def test_the_test_script_that_npm_writes_is_none() -> None:
    package = {"scripts": {"test": 'echo "Error: no test specified" && exit 1'}}
    assert checks(look({"package.json": json.dumps(package)})) == ()


def test_lock_files_say_how_packages_are_installed() -> None:
    package = {"package.json": json.dumps({"devDependencies": {"jest": "1"}})}
    for lock, command in (
        ("package-lock.json", "npm ci"),
        ("pnpm-lock.yaml", "pnpm install --frozen-lockfile"),
        ("yarn.lock", "yarn install --frozen-lockfile"),
    ):
        assert setups(look({**package, lock: ""})) == (command,)
    assert setups(look(package)) == ("npm install",)


def test_mypy_is_called_as_its_settings_say() -> None:
    plain = look({"mypy.ini": "[mypy]\nstrict = true\n"})
    named = look({"pyproject.toml": '[tool.mypy]\npackages = ["a"]\n'})
    assert [one.run for one in checks(plain)] == ["python -m mypy --no-error-summary ."]
    assert [one.run for one in checks(named)] == ["python -m mypy --no-error-summary"]


def test_make_and_tox_only_serve_where_nothing_else_tests() -> None:
    files = {"Makefile": "test:\n", "tox.ini": "[tox]\n", "pytest.ini": "", "test_a.py": ""}
    detected = look(files)
    assert {one.tool for one in detected.found} >= {"make", "tox", "pytest"}
    assert [one.run for one in checks(detected)] == [JUNIT]


def test_a_repository_in_two_languages_gets_a_check_of_each() -> None:
    package = json.dumps({"devDependencies": {"jest": "1"}})
    files = {"pytest.ini": "", "package.json": package, "test_a.py": "", "b.ts": "", "c.ts": ""}
    detected = look(files)
    assert [one.name for one in checks(detected)] == ["tests", "tests-jest"]
    assert dict(detected.languages) == {"typescript": 2, "python": 1}
    assert list(detected.languages) == ["typescript", "python"]


MONOREPO = {
    "README": "",
    "api/pyproject.toml": "[tool.pytest.ini_options]\n",
    "web app/package.json": json.dumps({"devDependencies": {"vitest": "1"}}),
    "web app/node_modules/left/package.json": "{}",
    "api/tests/pkg/setup.py": "import setuptools",
    "api/tests/test_a.py": "",
    "lib/setup.py": "def setup(): 'no builder'\n",
}


def test_parts_of_a_monorepo_are_named_and_checked_where_they_lie() -> None:
    detected = look(MONOREPO)
    assert detected.nested == ("api/pyproject.toml", "web app/package.json")
    proposed = {one.name: one.run for one in checks(detected)}
    assert proposed["tests-api"] == f"cd api && {JUNIT}"
    assert proposed["tests-web-app"].startswith("cd 'web app' && npx vitest run")
    assert setups(detected) == ("cd 'web app' && npm install",)


def test_the_root_speaks_for_its_parts() -> None:
    detected = look({**MONOREPO, "pytest.ini": ""})
    assert [one.name for one in checks(detected)] == ["tests"]
    assert detected.nested


def test_a_part_is_shown_by_its_own_files_only() -> None:
    files = {"setup.cfg": "[metadata]\n", "api/setup.cfg": "", "api/conftest.py": ""}
    detected = look({**files, "api/test_a.py": ""})
    (found,) = (one for one in detected.found if one.tool == "pytest")
    assert (found.folder, found.because) == ("api", "conftest.py is there")


HOSTILE = {
    "pyproject.toml": "a = " + "[" * 100_000,
    "package.json": '{"scripts":' * 50_000,
    "setup.cfg": "no section\n",
    "Cargo.toml": "\x00\x01",
    "tox.ini": "[tox\n=",
}


@pytest.mark.parametrize("path", HOSTILE)
def test_a_hostile_manifest_is_a_word_and_no_crash(path: str) -> None:
    detected = look({path: HOSTILE[path]})
    said = detected.faults[path]
    assert said == "is nested too deeply" or said.startswith("cannot be read: ")
    assert "\n" not in said


@pytest.mark.parametrize(
    "text",
    ['[tool]\npytest = 3\nmypy = "x"\n', "project = 1\n", "[build-system]\nbuild-backend = [1]\n"],
)
def test_a_manifest_of_odd_shapes_is_no_crash(text: str) -> None:
    checks(look({"pyproject.toml": text}))
    for odd in ("[]", "3", '{"scripts": 3, "devDependencies": []}', '{"scripts": {"test": {}}}'):
        checks(look({"package.json": odd}))


def test_json_that_is_no_table_is_a_fault() -> None:
    assert Manifest("package.json", "[]").fault == "holds no table"


def test_manifests_of_others_and_names_that_could_run_something_are_left_out() -> None:
    paths = ["vendor/x/go.mod", "${{ x }}/go.mod", "a\nb/go.mod", "go.mod", "deep/er/go.mod"]
    assert manifests_of(paths) == ["go.mod", "deep/er/go.mod"]


def test_what_was_not_read_is_told() -> None:
    detected = detect(["go.mod"], {}, {}, {"go.mod": "is larger than 1 MiB, and was not read"})
    assert detected.faults == {"go.mod": "is larger than 1 MiB, and was not read"}


def test_folders_may_lie_in_each_other_as_deep_as_they_like() -> None:
    deep = "/".join(["d"] * 5000)
    detected = look({f"{deep}/test_a.py": "", f"{deep}/conftest.py": "", "api/go.mod": "module x"})
    assert because(detected, "pytest").startswith("d/d/d/")
    assert len(because(detected, "pytest")) == SHOWN
