"""How many bots and people ``is_bot`` takes for what they are, and how long it takes, beside the public lists' own patterns.

``python -m benchmarks.agents [FOLDER]``: FOLDER holds the unpacked packages ``crawler-user-agents`` and ``isbot`` (npm)
and ``device-detector`` (source distribution from PyPI); without it, npm and pip download them to a temporary folder.
isbot's package holds patterns and no agents. If device-detector is installed, it is measured, too.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.timing import interleaved
from segment_web.web.context.bots import READ, _judged

Judge = Callable[[str], object]

NPM = ("crawler-user-agents", "isbot")
PYPI = "device-detector"
FIXTURE = "fixtures/upstream/bots.yml"  # its others are beside it
PROGRAMS = ("bot", "library", "feed reader")  # kinds of clients in device-detector that are no visitors
BOTS_FOUND, PEOPLE_LOST = 0.95, 0.0005
SAMPLE = 5  # one of so many agents is asked of the other contenders
AGENTS = 500  # of people, whose median cost is measured
ROUNDS = 5


def own(agent: str) -> bool:
    """Ours, without its cache."""
    return _judged.__wrapped__(agent[:READ])


def download(folder: Path) -> Path:
    """Fetch and unpack the packages by their ordinary clients."""
    subprocess.run(["npm", "pack", "--silent", *NPM], cwd=folder, check=True, capture_output=True)
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", PYPI]
    subprocess.run(pip, cwd=folder, check=True)
    for archive in [*folder.glob("*.tgz"), *folder.glob("*.tar.gz")]:
        with tarfile.open(archive) as packed:
            packed.extractall(folder / archive.name.split(".")[0], filter="data")
    return folder


def only(folder: Path, name: str) -> Path:
    found = sorted(folder.rglob(name))
    if not found:
        sys.exit(f"{folder} has no {name}: unpack {', '.join((*NPM, PYPI))} there")
    return found[0]


def bots(folder: Path) -> set[str]:
    """The agents of both lists of bots."""
    crawlers = json.loads(only(folder, "crawler-user-agents.json").read_text("utf-8"))
    listed = {agent for crawler in crawlers for agent in crawler.get("instances", ())}
    return listed | {agent for agent, _ in entries(only(folder, FIXTURE))}


def people(folder: Path) -> list[str]:
    """The agents of devices, without those of libraries and feed readers."""
    files = only(folder, FIXTURE).parent.glob("*.yml")
    others = (entry for file in files for entry in entries(file))
    return [agent for agent, client in others if client not in PROGRAMS]


def entries(file: Path) -> Iterator[tuple[str, str]]:
    """Each agent of a file of device-detector's tests, with its kind of client."""
    for entry in re.split(r"^-", file.read_text("utf-8"), flags=re.MULTILINE):
        agent = re.search(r"^ +user_agent: ([^|\n]{3,})$", entry, re.MULTILINE)
        client = re.search(r"^ +client:\n +type: (.+)$", entry, re.MULTILINE)
        if agent is not None:
            is_bot = re.search(r"^ +bot:", entry, re.MULTILINE)
            yield unquoted(agent[1]), "bot" if is_bot else client[1] if client else ""


def unquoted(text: str) -> str:
    """The value of a YAML scalar on one line."""
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    return str(json.loads(text)) if text.startswith('"') and "\\x" not in text else text


def judges(folder: Path) -> dict[str, Judge]:
    crawlers = json.loads(only(folder, "crawler-user-agents.json").read_text("utf-8"))
    found: dict[str, Judge] = {
        "segment_web": own,
        "isbot's patterns": re.compile(isbot_pattern(folder), re.IGNORECASE).search,
        "crawler-user-agents": re.compile("|".join(crawler["pattern"] for crawler in crawlers)).search,
    }
    if importlib.util.find_spec("device_detector"):
        from device_detector import DeviceDetector

        found["device-detector"] = lambda agent: DeviceDetector(agent).parse().is_bot()
    return found


def isbot_pattern(folder: Path) -> str:
    """isbot's pattern, with two forms that Python's ``re`` does not have written in its own."""
    sources = (file.read_text("utf-8") for file in folder.rglob("index.mjs"))
    source = next(source for source in sources if "fullPattern" in source)
    pattern: str = json.loads(re.search(r'fullPattern = ("(?:[^"\\]|\\.)*")', source)[1])  # type: ignore[index]
    return pattern.replace(r"\d-.", r"\d\-.").replace("(?<! channel/|google/)", "(?<! channel/)(?<!google/)")


def measure(folder: Path) -> bool:
    """Print a row for each contender; return whether ours is within the bars."""
    programs, persons = sorted(bots(folder)), people(folder)
    print(f"{len(programs):,} agents of bots, {len(persons):,} of people; cost without a cache\n")
    rows = {name: row(judge, programs, persons) for name, judge in judges(folder).items()}
    for name, (found, lost, spent) in rows.items():
        print(f"  {name:<24} bots found {found:7.2%}   people lost {lost:8.3%}   {spent:9.1f} µs an agent")
    found, lost, _ = rows["segment_web"]
    return found >= BOTS_FOUND and lost <= PEOPLE_LOST


def row(judge: Judge, programs: list[str], persons: list[str]) -> tuple[float, float, float]:
    if judge is not own:  # some take milliseconds an agent
        programs, persons = programs[::SAMPLE], persons[::SAMPLE]
    found = sum(map(bool, map(judge, programs))) / len(programs)
    lost = sum(map(bool, map(judge, persons))) / len(persons)
    timed = itertools.cycle(persons[:: len(persons) // AGENTS])
    spent = interleaved({"": lambda: judge(next(timed))}, calls=AGENTS, rounds=ROUNDS)
    return found, lost, spent[""]


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else download(Path(temporary))
        sys.exit(0 if measure(folder) else 1)


if __name__ == "__main__":
    main()
