"""What the containers promise, read from the files: Docker is not needed to hold them to it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

DOCKER = Path(__file__).resolve().parents[3] / "docker"
OURS = "10001:10001"
DATABASES = "999:999"
DOCKERFILES = ("asterisk", "ivr")
PINNED = re.compile(r"[a-z]+:[\w.-]+@sha256:[0-9a-f]{64}")

Service = dict[str, Any]


yaml.SafeLoader.add_constructor("!reset", lambda _loader, _node: None)  # Compose's own: takes a value away


def services(name: str) -> dict[str, Service]:
    """The services of a compose file."""
    read = yaml.safe_load((DOCKER / name).read_text(encoding="utf-8"))
    found: dict[str, Service] = read["services"]
    return found


def base() -> dict[str, Service]:
    return services("compose.yaml")


def whole() -> dict[str, Service]:
    """Every service that a file defines, as opposed to adding to it."""
    added = {name: each for name, each in services("compose.postgresql.yaml").items() if name not in base()}
    return base() | added


def default(text: str) -> str:
    """What a value is when no variable is set: ``${NAME:-this}``."""
    match = re.fullmatch(r"\$\{\w+:-(.*)\}", text)
    return match[1] if match else text


@pytest.mark.parametrize("name", sorted(whole()))
def test_no_container_has_more_power_than_it_needs(name: str) -> None:
    """Containers: no root, a root that cannot be written to, no capability, none to be gained, limits."""
    service = whole()[name]
    assert service["user"] in {OURS, DATABASES}
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"] > 0
    assert not {"privileged", "cap_add", "devices", "pid", "ipc"} & set(service)


@pytest.mark.parametrize("file", sorted(path.name for path in DOCKER.glob("compose.*.yaml")))
def test_no_file_on_top_takes_a_promise_back(file: str) -> None:
    """Containers: what is laid over ``compose.yaml`` loosens nothing of it."""
    for name, service in services(file).items():
        if name in base():
            assert not {"user", "read_only", "cap_drop", "cap_add", "security_opt", "privileged"} & set(service)


@pytest.mark.parametrize("name", sorted(name for name, each in whole().items() if each["restart"] != "no"))
def test_what_is_to_run_says_whether_it_is_healthy_ends_in_order_and_limits_its_log(name: str) -> None:
    """Containers: ``up --wait`` waits for health; calls and data get time at the end; a log cannot fill the disk."""
    service = whole()[name]
    dockerfile = DOCKER / name / "Dockerfile"
    own = dockerfile.is_file() and "\nHEALTHCHECK " in dockerfile.read_text(encoding="utf-8")
    assert service["restart"] == "unless-stopped"
    assert own or service["healthcheck"]["test"]
    assert service["stop_grace_period"]
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}


def test_ports_are_published_to_this_machine_alone_and_sip_is_not() -> None:
    """Containers: the web port on loopback; the test line can be reached from inside only."""
    published = [port for each in whole().values() for port in each.get("ports", [])]
    assert [re.sub(r"\$\{\w+:-(\w+)\}", r"\1", port) for port in published] == ["127.0.0.1:8080:8080"]


def test_asterisk_and_the_service_share_a_network_that_neither_owns() -> None:
    """Containers: either starts again without the other; a talk outlives the service."""
    modes = {name: base()[name].get("network_mode") for name in ("network", "asterisk", "ivr")}
    assert modes == {"network": None, "asterisk": "service:network", "ivr": "service:network"}


def test_the_database_is_on_no_network() -> None:
    """Containers: PostgreSQL listens on a socket in a volume, its password comes from a file."""
    database = services("compose.postgresql.yaml")["postgresql"]
    assert database["network_mode"] == "none"
    assert "listen_addresses=" in database["command"]
    assert "POSTGRES_PASSWORD" not in database["environment"]
    assert "trust" not in str(database["environment"])


@pytest.mark.parametrize("name", sorted(whole()))
def test_what_comes_from_the_checkout_cannot_be_written_to(name: str) -> None:
    """Containers: operations edit ``dialplan/`` and ``prompts/``; containers read them."""
    assert [mount for mount in whole()[name].get("volumes", []) if mount.startswith(".") and mount[-3:] != ":ro"] == []


@pytest.mark.parametrize("name", sorted(whole()))
def test_no_secret_is_in_the_files(name: str) -> None:
    """Containers: a value that names a password is empty, or a file's name."""
    environment: dict[str, str] = whole()[name].get("environment", {})
    assert [
        key for key, value in environment.items() if "PASSWORD" in key and default(value)[:1] not in {"", "/"}
    ] == []


@pytest.mark.parametrize("folder", DOCKERFILES)
def test_an_image_is_built_on_a_known_one_and_runs_as_nobody_special(folder: str) -> None:
    """Containers: base images by tag and digest; both images have the ids of the folder they share."""
    lines = (DOCKER / folder / "Dockerfile").read_text(encoding="utf-8").splitlines()
    images = [line.partition("=")[2] for line in lines if re.match(r"ARG \w+_IMAGE=", line)]
    assert images
    assert all(PINNED.fullmatch(image) for image in images)
    assert all(line.startswith("FROM ${") for line in lines if line.startswith("FROM "))
    assert [line for line in lines if line.startswith("USER ")] == [f"USER {OURS}"]
    assert any("--uid 10001 --gid" in line for line in lines)


def test_other_images_are_known_ones_too() -> None:
    """Containers: whatever is not built here is pinned by tag and digest."""
    others = {default(each["image"]) for each in whole().values() if not each["image"].startswith("helpline-")}
    assert others
    assert all(PINNED.fullmatch(image) for image in others)


def test_the_services_image_holds_the_built_pages_and_not_what_built_them() -> None:
    """Containers: the pages are built in a stage of their own, from sources the build is given; no Node.js stays."""
    stages = re.split(r"^FROM ", (DOCKER / "ivr" / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    building, last = next(stage for stage in stages if " AS pages" in stage), stages[-1]
    assert "tools.pages bundle" in building
    assert "COPY --from=pages /build/.state/pages /opt/ivr/.state/pages" in last
    assert not re.search(r"node|npm|requirements-pages", last)
    given = (DOCKER.parent / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {"!pages", "!tools", "!requirements-pages.lock", "pages/node_modules"} <= set(given)
