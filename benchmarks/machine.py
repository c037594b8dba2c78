"""What the figures were made on."""

import os
import pathlib
import platform
import re
import subprocess


def first_match(path: str, pattern: str, otherwise: str) -> str:
    try:
        found = re.search(pattern, pathlib.Path(path).read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found.group(1).strip() if found else otherwise


def describe() -> str:
    """Processor, memory, system."""
    processor = first_match("/proc/cpuinfo", r"^model name\s*:\s*(.*)$", platform.machine())
    memory = int(first_match("/proc/meminfo", r"^MemTotal:\s*(\d+)", "0")) / 2**20
    system = first_match("/etc/os-release", r'^PRETTY_NAME="?([^"\n]*)', platform.system())
    return f"{os.cpu_count()} × {processor}, {memory:.0f} GiB, {system}, Linux {platform.release()}"


def file_system(folder: pathlib.Path) -> str:
    """Its type: `ext4`, `tmpfs`."""
    answer = subprocess.run(["df", "--output=fstype", folder], capture_output=True, text=True)
    return (answer.stdout.split() or ["unknown"])[-1]


def available_memory() -> int:
    """Bytes that can be taken without swapping; the page cache counts as available."""
    return int(first_match("/proc/meminfo", r"^MemAvailable:\s*(\d+)", "0")) * 1024
