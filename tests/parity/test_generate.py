"""The manual page and the completion scripts: read by the programs that they are for."""

import re
import subprocess

import pytest


def generated(m2v, kind):
    return m2v.check("--generate", kind).decode()


def commands(m2v):
    """{command: its long options}, as --help lists them."""
    names = re.findall(r"^  ([a-z-]+) {2,}", m2v.check("--help").decode().split("Subcommands:")[1], re.M)
    return {name: set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*(?= |,|$)", options(m2v, name), re.M)) for name in names}


def options(m2v, command):
    lines = m2v.check(command, "--help").decode().splitlines()
    return "\n".join(line[:28] for line in lines if re.match("  (-.,)?--", line))


def test_the_manual_page_has_every_option(m2v, tmp_path):
    page = tmp_path / "m2v.1"
    page.write_text(generated(m2v, "man"))
    done = subprocess.run(["groff", "-man", "-Tutf8", "-wall", "-P-c", page], capture_output=True, check=True)
    assert not done.stderr.decode()
    text = re.sub(".\b", "", done.stdout.decode())  # bold is typed twice, as on a typewriter
    text = re.sub(r"[‐−]", "-", text)
    found = commands(m2v)
    assert len(found) > 10
    for command, flags in found.items():
        section = text.split(f"\n   {command}\n")[1]
        section = re.split(r"\n   [a-z-]+\n", section)[0]
        assert flags and all(flag in section for flag in flags), command


def complete_in_bash(m2v, *words):
    script = 'eval "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _m2v; printf "%s\\n" "${COMPREPLY[@]}"'
    arguments = ["bash", "-c", script, "bash", generated(m2v, "complete-bash"), *words]
    return subprocess.run(arguments, capture_output=True, check=True, text=True).stdout.split()


def test_bash(m2v):
    found = commands(m2v)
    assert set(complete_in_bash(m2v, "m2v", "")) == {*found, "--help", "--version"}
    assert complete_in_bash(m2v, "m2v", "enc") == ["encode"]
    for command, flags in found.items():
        assert flags <= set(complete_in_bash(m2v, "m2v", command, "--")), command
    assert complete_in_bash(m2v, "m2v", "distill", "--recipe", "b") == ["best"]
    assert complete_in_bash(m2v, "m2v", "encode", "file") == []  # bash goes on with file names


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_read_it(m2v, tmp_path, shell):
    script = tmp_path / "script"
    script.write_text(generated(m2v, f"complete-{shell}"))
    subprocess.run([shell, "-n", script], check=True)


def test_fish(m2v, tmp_path):
    script = tmp_path / "m2v.fish"
    script.write_text(generated(m2v, "complete-fish"))
    complete = lambda line: subprocess.run(
        ["fish", "--no-config", "-c", f"source {script}; complete -C '{line}'"],
        capture_output=True, check=True, text=True, env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    ).stdout  # fmt: skip
    assert complete("m2v enc").split("\t")[0] == "encode"
    assert "best" in complete("m2v distill --recipe ")
    assert "--output" in complete("m2v distill --out")


def test_an_unknown_kind(m2v):
    done = m2v.run("--generate", "html")
    assert done.returncode == 2 and b"complete-zsh" in done.stderr
