"""Releases: what a model version commits to, and folders that `candor model prepare` wrote."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from .commitments import TAG_VARIANT, blake2b_256, file_root_of, model_root
from .errors import CandorError, TensorError, ToolError
from .keys import ss58_encode
from .tensors import DType, Inputs, Tensor

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Symbol:
    """A length that each call chooses: equal names are equal lengths, at most ``max``."""

    name: str
    max: int


@dataclass(frozen=True)
class TensorSpec:
    """A declared input or output. ``range`` are the allowed values of an integer input, both ends included."""

    name: str
    dtype: DType
    shape: tuple[int | Symbol, ...]
    range: tuple[int, int] | None = None

    def __str__(self) -> str:
        dims = ", ".join(f"{dim.name} <= {dim.max}" if isinstance(dim, Symbol) else str(dim) for dim in self.shape)
        return f"{self.name} {self.dtype.label} [{dims}]"


@dataclass(frozen=True)
class FileSpec:
    """A file of a release; ``root`` is its content id."""

    path: str
    size: int
    root: bytes


@dataclass(frozen=True)
class Variant:
    """A release prepared for one execution profile. ``exact``: every node of a run is judged bit for bit."""

    profile: bytes
    root: bytes
    exact: bool


@dataclass(frozen=True)
class Release:
    """A release on chain: immutable files, inputs, outputs, and the rule by which calls are counted."""

    id: int
    repository: int
    #: Address of the repository's owner.
    publisher: str
    name: str
    version: str
    #: Why it was deprecated, if it was.
    deprecated: str | None
    private: bool
    licence: str
    tags: tuple[str, ...]
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    files: tuple[FileSpec, ...]
    variants: tuple[Variant, ...]
    unit_dims: tuple[str, ...]
    unit_divisor: int
    reference_units: int
    #: The publisher's share of every fee, in millionths.
    royalty: int
    #: Where the files are, by content id.
    source: str
    model_root: bytes
    manifest_hash: bytes

    @property
    def reference(self) -> str:
        """`publisher/name@version`."""
        return f"{self.publisher}/{self.name}@{self.version}"

    def matches(self, words: Sequence[str]) -> bool:
        """Whether all words occur in its name, tags, licence or publisher."""
        text = " ".join([self.name, *self.tags, self.licence, self.publisher]).lower()
        return all(word.lower() in text for word in words)

    def tensors(self, inputs: Inputs) -> dict[str, Tensor]:
        """Inputs in the release's order, with its types; lists are converted, arrays must have the type."""
        unknown = [name for name in inputs if all(spec.name != name for spec in self.inputs)]
        missing = [spec.name for spec in self.inputs if spec.name not in inputs]
        if unknown or missing:
            wrong = [f"there is no input {name!r}" for name in unknown] + [f"{name!r} is missing" for name in missing]
            raise TensorError(f"{'; '.join(wrong)}; the model takes {', '.join(map(str, self.inputs))}")
        tensors = {}
        for spec in self.inputs:
            try:
                tensors[spec.name] = Tensor.of(inputs[spec.name], spec.dtype)
            except TensorError as error:
                raise TensorError(f"input {spec.name}: {error}") from error
        bind(self.inputs, tensors)
        return tensors

    def units(self, inputs: Mapping[str, Tensor]) -> int:
        """Units of a call with these inputs."""
        bound = bind(self.inputs, inputs)
        product = 1
        for name in self.unit_dims:
            product *= bound.get(name, 1)
        return max(1, -(-product // max(1, self.unit_divisor)))

    @classmethod
    def from_chain(cls, view: Mapping[str, Any]) -> Release:
        """Read the chain's answer."""
        spec = view["spec"]
        units = spec["units"]
        deprecated = view["deprecated"]
        return cls(
            id=view["id"],
            repository=view["repository"],
            publisher=ss58_encode(view["publisher"]),
            name=view["name"].decode(),
            version=view["version"].decode(),
            deprecated=None if deprecated is None else deprecated.decode(),
            private=view["private"],
            licence=spec["licence"].decode(),
            tags=tuple(tag.decode() for tag in spec["tags"]),
            inputs=tuple(map(_spec, spec["inputs"])),
            outputs=tuple(map(_spec, spec["outputs"])),
            files=tuple(FileSpec(file["path"].decode(), file["size"], file["root"]) for file in spec["files"]),
            variants=tuple(Variant(v["profile"], v["root"], v["judging"]["exact"]) for v in spec["variants"]),
            unit_dims=tuple(dim.decode() for dim in units["dims"]),
            unit_divisor=units["divisor"],
            reference_units=units["reference"],
            royalty=spec["royalty"],
            source=spec["source"].decode(),
            model_root=spec["model_root"],
            manifest_hash=spec["manifest_hash"],
        )


def bind(specs: Sequence[TensorSpec], tensors: Mapping[str, Tensor], bound: Mapping[str, int] = {}) -> dict[str, int]:
    """Check types and shapes against what is declared; gives the lengths of the symbols."""
    lengths = dict(bound)
    for spec in specs:
        tensor = tensors[spec.name]
        if tensor.dtype is not spec.dtype:
            raise TensorError(f"{spec.name} is {tensor.dtype.label}, but {spec} is declared")
        if len(tensor.shape) != len(spec.shape):
            raise TensorError(f"{spec.name} has the shape {list(tensor.shape)}, but {spec} is declared")
        for length, dim in zip(tensor.shape, spec.shape, strict=True):
            most = dim.max if isinstance(dim, Symbol) else dim
            wanted = lengths.setdefault(dim.name, length) if isinstance(dim, Symbol) else dim
            if length != wanted or length > most:
                raise TensorError(f"{spec.name} has the shape {list(tensor.shape)}, but {spec} is declared")
    return lengths


def _spec(entry: Mapping[str, Any]) -> TensorSpec:
    shape: list[int | Symbol] = []
    for dim in entry["shape"]:
        if "Fixed" in dim:
            shape.append(dim["Fixed"])
        else:
            shape.append(Symbol(dim["Symbolic"]["name"].decode(), dim["Symbolic"]["max"]))
    allowed = entry["range"]
    limits = None if allowed is None else (allowed["min"], allowed["max"])
    return TensorSpec(entry["name"].decode(), DType.of(entry["dtype"]), tuple(shape), limits)


_VERSION = re.compile(r"^(\d+)\.(\d+)\.(\d+)$")


def parse_version(text: str) -> tuple[int, int, int]:
    """`1.2.3` as three numbers."""
    found = _VERSION.match(text)
    if not found:
        raise CandorError(f"the version {text!r} is not of the form 1.2.3")
    return int(found[1]), int(found[2]), int(found[3])


@dataclass(frozen=True)
class Prepared:
    """A folder that `candor model prepare` wrote: a release that can be published."""

    folder: Path
    manifest: dict[str, Any]
    manifest_hash: bytes

    @classmethod
    def open(cls, folder: str | Path, *, check: bool = True) -> Prepared:
        """Read the folder; with ``check`` every file is hashed and all roots are computed again."""
        folder = Path(folder)
        try:
            raw = (folder / MANIFEST).read_bytes()
            manifest = json.loads(raw)
        except (OSError, ValueError) as error:
            raise CandorError(
                f"{folder} is not a prepared release: run models.prepare, or `candor model prepare`"
            ) from error
        prepared = cls(folder, manifest, blake2b_256(raw))
        if check:
            prepared.check()
        return prepared

    @property
    def name(self) -> str:
        """Name of the repository."""
        return str(self.manifest["name"])

    @property
    def version(self) -> str:
        """Version, `1.2.3`."""
        return str(self.manifest["version"])

    @property
    def model_root(self) -> bytes:
        """Commitment to all files."""
        return _hash(self.manifest["model_root"])

    @property
    def files(self) -> tuple[FileSpec, ...]:
        """The files, in the order of the model root."""
        return tuple(FileSpec(file["path"], file["size"], _hash(file["root"])) for file in self.manifest["files"])

    def path(self, file: FileSpec) -> Path:
        """Where a file lies."""
        return safe_path(self.folder, file.path)

    def check(self) -> None:
        """Compute all roots again; an error names what differs."""
        for file in self.files:
            path = self.path(file)
            if not path.is_file() or path.stat().st_size != file.size or file_root_of(path) != file.root:
                raise CandorError(f"{path} is missing or was changed: prepare the release again")
        if model_root((file.path, file.root) for file in self.files) != self.model_root:
            raise CandorError(f"{self.folder / MANIFEST}: the model root is not that of the files")
        for variant in self.manifest["variants"]:
            profile = blake2b_256(variant["profile_text"].encode())
            judging = variant["judging"]
            encoded = b"".join(
                [
                    judging["rules"].to_bytes(2, "little"),
                    _hash(judging["graph"]),
                    _hash(judging["weights"]),
                    judging["trace"].to_bytes(4, "little"),
                    judging["trace_bytes"].to_bytes(8, "little"),
                    bytes([judging["exact"]]),
                ]
            )
            graph = self.files[self._position(variant["graph"])].root
            root = blake2b_256(TAG_VARIANT + profile + graph + encoded)
            if profile != _hash(variant["profile"]) or root != _hash(variant["root"]):
                raise CandorError(f"{self.folder / MANIFEST}: the root of a variant is wrong")

    def spec(self, source: str) -> dict[str, Any]:
        """The release as the call ``Models.publish_release`` takes it."""
        m = self.manifest
        return {
            "manifest_hash": self.manifest_hash,
            "model_root": self.model_root,
            "files": [{"path": file.path, "size": file.size, "root": file.root} for file in self.files],
            "variants": [
                {
                    "profile": _hash(variant["profile"]),
                    "graph": self._position(variant["graph"]),
                    "judging": {
                        **variant["judging"],
                        "graph": _hash(variant["judging"]["graph"]),
                        "weights": _hash(variant["judging"]["weights"]),
                    },
                    "root": _hash(variant["root"]),
                }
                for variant in m["variants"]
            ],
            "inputs": [_declared(entry) for entry in m["inputs"]],
            "outputs": [_declared(entry) for entry in m["outputs"]],
            "units": {"dims": m["unit_dims"], "divisor": m["unit_divisor"], "reference": m["reference_units"]},
            "licence": m["license"],
            "tags": m["tags"],
            "royalty": m["royalty_permill"],
            "source": source,
        }

    def _position(self, path: str) -> int:
        return next(at for at, file in enumerate(self.files) if file.path == path)


def _declared(entry: Mapping[str, Any]) -> dict[str, Any]:
    shape = [
        {"Fixed": dim} if isinstance(dim, int) else {"Symbolic": {"name": dim["name"], "max": dim["max"]}}
        for dim in entry["shape"]
    ]
    limits = entry.get("range")
    return {
        "name": entry["name"],
        "dtype": DType.of(entry["dtype"]).label.capitalize(),
        "shape": shape,
        "range": None if limits is None else {"min": limits[0], "max": limits[1]},
    }


def _hash(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def safe_path(folder: Path, path: str) -> Path:
    """A path that stays in its folder, whatever a release says."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or any(part in ("..", "/") or "\\" in part for part in parts):
        raise CandorError(f"the release has a file whose path leaves its folder: {path}")
    return folder.joinpath(*parts)


def prepare(
    model: str | Path,
    *,
    out: str | Path | None = None,
    name: str | None = None,
    version: str | None = None,
    licence: str | None = None,
    limits: Mapping[str, int] | None = None,
    threads: int = 1,
    program: str = "candor",
    options: Sequence[str] = (),
) -> Prepared:
    """Prepare an ONNX model for publication, by the program `candor`, which is needed for this alone.

    ``model`` is an ``.onnx`` file, or a folder with ``model.onnx`` and ``release.json``. Without a ``release.json``,
    ``name``, ``version``, ``licence`` and ``limits`` (largest lengths of symbolic dimensions) say what it would. Takes
    seconds for small models, minutes for large ones.
    """
    found = shutil.which(program)
    if found is None:
        raise ToolError(
            f"the program {program!r} is not there: build it from Candor's repository, or name it by program="
        )
    command = [found, "--json", "model", "prepare", str(model)]
    named = {"--name": name, "--as": version, "--licence": licence, "--out": None if out is None else str(out)}
    for flag, value in named.items():
        if value is not None:
            command += [flag, value]
    command += ["--threads", str(threads)]
    for dim, most in (limits or {}).items():
        command += ["--limit", f"{dim}={most}"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    try:
        document = json.loads(done.stdout)
    except ValueError:
        document = {}
    if done.returncode != 0:
        error = document.get("error")
        message = error.get("message") if isinstance(error, dict) else error
        raise ToolError(f"`candor model prepare` failed: {message or done.stderr.strip() or done.returncode}")
    folder = out or document.get("folder")
    if folder is None:
        raise ToolError("`candor model prepare` does not say where the release is")
    return Prepared.open(folder)
