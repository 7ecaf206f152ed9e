"""The documentation for other programs is true: the schema of the JSON, and the reader in Python."""
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import events, wait_armed

TOP = Path(os.environ.get("PCAT_SRCDIR", Path(__file__).resolve().parent.parent.parent))
SCHEMA = json.loads((TOP / "doc" / "pcat-events.schema.json").read_text())
GOLDEN = TOP / "tests" / "golden"
LIVELY = r"echo out; echo err >&2; printf '\377\376'; (kill -STOP $(sh -c 'echo $PPID')) & sleep 0.3; " \
    "kill -CONT $!; sh -c 'kill -9 $$'; exec sh -c 'exit 3'"


@pytest.fixture(scope="module")
def validator():
    jsonschema = pytest.importorskip("jsonschema", reason="python3-jsonschema is not installed")
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    return jsonschema.Draft202012Validator(SCHEMA)


def fields_of(kind):
    for definition in SCHEMA["$defs"].values():
        name = definition.get("properties", {}).get("type", {})
        if kind == name.get("const") or kind in name.get("enum", []):
            return set(definition["properties"])
    raise AssertionError("the schema does not know " + kind)


def assert_valid(validator, told):
    for event in told:
        validator.validate(event)
        assert set(event) <= fields_of(event["type"]), "fields that the schema does not know: %s" % event


def test_schema_of_every_type(validator):
    told = [e for golden in sorted(GOLDEN.glob("*.json")) for e in events(golden.read_bytes())]
    assert_valid(validator, told)
    known = {kind for d in SCHEMA["$defs"].values() if "properties" in d
             for kind in d["properties"]["type"].get("enum", [d["properties"]["type"].get("const")])}
    assert {e["type"] for e in told} == known


def test_schema_live(validator, pcat):
    told = events(pcat("--json", "sh", "-c", LIVELY, status=3).stdout)
    assert_valid(validator, told)
    assert {"hello", "task", "exec", "exit", "fd", "write", "stop", "cont", "end"} <= {
        e["type"] for e in told}
    assert any("base64" in e for e in told) and any(e.get("signal") == 9 for e in told)


def test_schema_of_an_attach(validator, spawn, target):
    p = spawn("--json", "--control", "-p", target.pid, stdin=subprocess.PIPE)
    wait_armed(p)
    target.say("said\n")
    rest = p.communicate(b"nonsense\ndetach %d\n" % target.pid)[0]
    told = events(rest)
    assert_valid(validator, told)
    assert [e["ok"] for e in told if e["type"] == "reply"] == [False, True]


@pytest.mark.parametrize("wrong", [
    {}, {"type": 7}, {"type": "write", "seq": 1, "pid": 1, "tid": 1, "fd": 1},
    {"type": "end", "seq": -1, "writes": 0, "bytes": 0}, {"type": "hello", "seq": 1, "version": 1},
    {"type": "task", "seq": 1, "pid": 1, "tid": 1, "uid": 0, "how": "somehow"},
    {"type": "write", "seq": 1, "pid": 1, "tid": 1, "fd": 1, "len": 1, "data": "a", "base64": "YQ=="},
])
def test_schema_refuses(validator, wrong):
    assert not validator.is_valid(wrong)


def test_schema_lets_new_things_be(validator):
    assert validator.is_valid({"type": "new", "field": []})
    assert validator.is_valid({"type": "armed", "seq": 1, "pid": 1, "threads": 2, "new": {}})


# --- the reader ---

READER = TOP / "doc" / "examples" / "read_stream.py"


def read(data):
    pytest.importorskip("cbor2", reason="python3-cbor2 is not installed")
    return subprocess.run([sys.executable, str(READER)], input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)


def test_reader(pcat, tmp_path):
    pcat("-w", "rec", "sh", "-c", r"printf 'caf\303\251\377\n'; echo trouble >&2; exit 4", status=4)
    data = (tmp_path / "rec").read_bytes()
    pid = events(pcat("--json", "-r", "rec").stdout)[1]["pid"]
    lines = read(data).stdout.decode().splitlines()
    assert lines == ["%d stdout b'caf\\xc3\\xa9\\xff\\n'" % pid, "%d stderr b'trouble\\n'" % pid,
                     "%d ended: 4" % pid, "end: the last tracee is gone"]
    assert read(data[:-3]).stdout.decode().splitlines() == lines[:-1]


def test_reader_of_every_type():
    for golden in GOLDEN.glob("*.pcat"):
        result = read(golden.read_bytes())
        assert result.returncode == 0 and not result.stderr


def test_reader_refuses():
    assert read(b"no stream").returncode != 0
    assert read(b"").returncode != 0
