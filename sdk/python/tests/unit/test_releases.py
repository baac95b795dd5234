from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from candor import CandorError, Prepared, TensorError, ToolError, cndr, planck, prepare
from candor.commitments import TAG_VARIANT, blake2b_256, file_root, model_root
from candor.releases import parse_version, safe_path

from ..fakes.model import RELEASE


def test_units_should_be_counted_as_the_chain_does() -> None:
    def units(batch: int) -> int:
        tensors = RELEASE.tensors({"a": np.zeros((batch, 2), dtype=np.float32), "b": np.zeros(batch, dtype=np.int64)})
        return RELEASE.units(tensors)

    # Divisor 2, rounded up, at least 1.
    assert [units(batch) for batch in (0, 1, 2, 3, 4)] == [1, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"a": np.zeros((1, 2), dtype=np.float32)}, "'b' is missing"),
        ({"a": [[0, 0]], "b": [0], "c": 1}, "no input 'c'"),
        ({"a": np.zeros((1, 2)), "b": [0]}, "float64, but float32"),
        ({"a": [[0, 0]], "b": [[0]]}, r"shape \[1, 1\]"),
        ({"a": [[0, 0]], "b": [0, 0]}, "batch <= 4"),
        ({"a": [[0, 0]] * 5, "b": [0] * 5}, "batch <= 4"),
        ({"a": [[0, 0, 0]], "b": [0]}, "declared"),
        ({"a": [[0, 0]], "b": [0.5]}, "input b: 0.5 is not an integer"),
    ],
)
def test_inputs_should_be_refused_by_name_when_they_do_not_fit(inputs: dict[str, Any], words: str) -> None:
    with pytest.raises(TensorError, match=words):
        RELEASE.tensors(inputs)


def test_inputs_should_be_in_the_releases_order() -> None:
    assert list(RELEASE.tensors({"b": [1], "a": [[0, 0]]})) == ["a", "b"]


def test_releases_should_be_found_by_words() -> None:
    assert RELEASE.matches(["ADD", "sum"])
    assert RELEASE.matches([])
    assert not RELEASE.matches(["add", "embedding"])
    assert RELEASE.reference.endswith("/adder@1.2.3")


def folder(path: Path) -> Path:
    """What `candor model prepare` writes, in small."""
    files = {"model.onnx": b"plain", "prepared.onnx": b"optimised" * 300}
    for name, data in files.items():
        (path / name).write_bytes(data)
    roots = {name: file_root(data) for name, data in files.items()}
    judging = {"rules": 1, "graph": "11" * 32, "weights": "22" * 32, "trace": 5, "trace_bytes": 4096, "exact": True}
    profile = blake2b_256(b"profile text")
    encoded = (1).to_bytes(2, "little") + b"\x11" * 32 + b"\x22" * 32 + (5).to_bytes(4, "little")
    encoded += (4096).to_bytes(8, "little") + b"\x01"
    variant = {
        "profile": profile.hex(),
        "profile_text": "profile text",
        "graph": "prepared.onnx",
        "judging": judging,
        "root": blake2b_256(TAG_VARIANT + profile + roots["prepared.onnx"] + encoded).hex(),
    }
    tensor = {"name": "x", "dtype": "float32", "shape": [{"name": "n", "max": 8}, 2], "range": None}
    manifest = {
        "name": "adder",
        "version": "1.0.0",
        "license": "MIT",
        "tags": ["sums"],
        "files": [{"path": n, "size": len(files[n]), "root": roots[n].hex()} for n in files],
        "model_root": model_root(roots.items()).hex(),
        "variants": [variant],
        "inputs": [{**tensor, "dtype": "int64", "range": [0, 9]}],
        "outputs": [tensor],
        "unit_dims": ["n"],
        "unit_divisor": 1,
        "reference_units": 4,
        "royalty_permill": 50_000,
    }
    (path / "manifest.json").write_text(json.dumps(manifest))
    return path


def test_a_prepared_folder_should_become_the_calls_argument(tmp_path: Path) -> None:
    prepared = Prepared.open(folder(tmp_path))
    assert (prepared.name, prepared.version) == ("adder", "1.0.0")
    spec = prepared.spec("https://models.example.org")
    assert spec["manifest_hash"] == blake2b_256((tmp_path / "manifest.json").read_bytes())
    assert spec["variants"][0]["graph"] == 1
    assert spec["variants"][0]["judging"]["graph"] == b"\x11" * 32
    symbolic = {"Symbolic": {"name": "n", "max": 8}}
    assert spec["inputs"] == [
        {"name": "x", "dtype": "Int64", "shape": [symbolic, {"Fixed": 2}], "range": {"min": 0, "max": 9}}
    ]
    assert spec["outputs"][0]["range"] is None
    assert spec["units"] == {"dims": ["n"], "divisor": 1, "reference": 4}


def test_a_prepared_folder_should_be_refused_when_anything_was_changed(tmp_path: Path) -> None:
    with pytest.raises(CandorError, match="not a prepared release"):
        Prepared.open(tmp_path)
    folder(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"plaim")
    with pytest.raises(CandorError, match=r"model\.onnx is missing or was changed"):
        Prepared.open(tmp_path)
    folder(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    for key, value in [("model_root", "00" * 32), ("variants", [{**manifest["variants"][0], "root": "00" * 32}])]:
        (tmp_path / "manifest.json").write_text(json.dumps({**manifest, key: value}))
        with pytest.raises(CandorError, match="root"):
            Prepared.open(tmp_path)


def test_preparation_should_call_the_program(tmp_path: Path) -> None:
    folder(tmp_path)
    program = tmp_path / "candor"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/args\necho \'{{"folder": "{tmp_path}"}}\'\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    prepared = prepare("x.onnx", name="adder", version="1.0.0", licence="MIT", limits={"n": 8}, program=str(program))
    assert prepared.name == "adder"
    assert (tmp_path / "args").read_text().split() == (
        [
            "--json",
            "model",
            "prepare",
            "x.onnx",
            "--name",
            "adder",
            "--as",
            "1.0.0",
            "--licence",
            "MIT",
            "--threads",
            "1",
            "--limit",
            "n=8",
        ]
    )
    program.write_text('#!/bin/sh\necho \'{"error": {"message": "no such operator"}}\'\nexit 1\n')
    with pytest.raises(ToolError, match="no such operator"):
        prepare("x.onnx", program=str(program))
    with pytest.raises(ToolError, match="is not there"):
        prepare("x.onnx", program=str(tmp_path / "nothing"))


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../x", "a/../../b", "a\\..\\b"])
def test_paths_should_be_refused_when_they_leave_their_folder(path: str) -> None:
    with pytest.raises(CandorError, match="leaves its folder"):
        safe_path(Path("release"), path)
    assert safe_path(Path("release"), "data/model.onnx") == Path("release/data/model.onnx")


def test_versions_should_have_three_numbers() -> None:
    assert parse_version("1.20.3") == (1, 20, 3)
    for bad in ("1.2", "1.2.3-rc1", "x", ""):
        with pytest.raises(CandorError):
            parse_version(bad)


def test_amounts_should_be_exact() -> None:
    assert planck("0.001") == 10**9
    assert planck(7) == 7
    assert planck("1000000000000.000000000001") == 10**24 + 1
    assert cndr(10**24 + 1) == "1000000000000.000000000001"
    assert cndr(0) == "0"
    assert cndr(10**12) == "1"
    for bad in ("-1", "0.0000000000001", "x", "NaN"):
        with pytest.raises(ValueError, match=bad.lstrip("-")):
            planck(bad)
    with pytest.raises(TypeError):
        planck(0.5)  # type: ignore[arg-type]
