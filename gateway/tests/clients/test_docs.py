"""The examples of docs/gateway.md do what the page says."""

import json
import pathlib
import re
import subprocess

import pytest

PAGE = pathlib.Path(__file__).parents[3] / "docs" / "gateway.md"
EXAMPLES = re.findall(r"```sh\n(.*?)```\n```json\n(.*?)```", PAGE.read_text(), re.DOTALL)


def test_the_page_should_have_examples():
    assert len(EXAMPLES) >= 5


@pytest.mark.parametrize("command,answer", EXAMPLES, ids=[command.split(" ")[2] for command, _ in EXAMPLES])
def test_examples_should_answer_as_written(url, command, answer):
    done = subprocess.run(["bash", "-euc", command], env={"URL": url, "PATH": "/usr/bin:/bin"}, capture_output=True, check=True)
    assert done.stdout.decode().strip() == answer.strip()
    json.loads(answer)


BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)


@pytest.mark.parametrize("code", BLOCKS, ids=[re.search(r"(?:from|import) (\S+)", code)[1] for code in BLOCKS])
def test_python_should_run_as_written(url, code):
    exec(code.replace("127.0.0.1:8080", url.removeprefix("http://")), {})


def test_the_page_should_have_python_for_both_protocols():
    assert len(BLOCKS) == 2
