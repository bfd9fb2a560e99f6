"""What the measurements need from the system: processes in /proc, free ports, facts."""

import os
import pathlib
import platform
import re
import shutil
import socket
import statistics
import subprocess
import time

_TICK = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tree_cpu_seconds(pid):
    """User and system time of a process and of everything it started, ended or not."""
    total = cpu_seconds(pid)
    for child in descendants_of(pid):
        try:
            total += cpu_seconds(child)
        except OSError:
            pass  # it has just ended: its parent counts it now, and we at the next look
    return total


def cpu_seconds(pid):
    """User and system time of a process and of its children that have ended."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:15]) / _TICK


def memory_kib(pid, field):
    """A line of /proc/PID/status in KiB, such as VmRSS (now) or VmHWM (the peak)."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{field}:\s+(\d+) kB", status, re.MULTILINE)[1])


def reset_peak(pid):
    """Starts VmHWM anew. See proc(5), clear_refs."""
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


def children_of(pid):
    """Ids of all children, whichever thread started them."""
    ids = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            ids += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            pass  # the thread has just ended
    return ids


def descendants_of(pid):
    found = []
    waiting = [pid]
    while waiting:
        try:
            children = children_of(waiting.pop())
        except OSError:
            continue
        found += children
        waiting += children
    return found


def program_version(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except OSError:
        return "not installed"
    output = (done.stdout + done.stderr).splitlines()
    return output[0].strip() if output else "unknown"


def _line_of(file, pattern):
    try:
        found = re.search(pattern, pathlib.Path(file).read_text(), re.MULTILINE)
    except OSError:
        return None
    return found[1] if found else None


def file_system_of(path):
    done = subprocess.run(["stat", "-f", "-c", "%T", path], capture_output=True, text=True)
    return done.stdout.strip()


def _median_ms(work, count):
    times = []
    for number in range(count):
        start = time.perf_counter()
        work(number)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def disk_ms(folder):
    """What the disk gives at this moment: writing 4 KiB through to it, making a file."""
    path = pathlib.Path(folder, "disk")
    path.mkdir()
    with open(path / "file", "wb", buffering=0) as file:

        def write(_):
            file.write(bytes(4096))
            os.fdatasync(file.fileno())

        synced = _median_ms(write, 30)
    made = _median_ms(lambda number: (path / str(number)).touch(), 100)
    shutil.rmtree(path)
    return synced, made


def facts(state_parent):
    """Lines that describe this machine. No names, no paths."""
    memory = int(_line_of("/proc/meminfo", r"^MemTotal:\s+(\d+)")) / 1024 / 1024
    synced, made = disk_ms(state_parent)
    model = _line_of("/proc/cpuinfo", r"^model name\s*:\s*(.*)$") or platform.machine()
    system = _line_of("/etc/os-release", r'^PRETTY_NAME="?([^"\n]*)')
    return {
        "machine": f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB",
        "system": f"{system}, Linux {platform.release()}",
        "state on": f"{file_system_of(state_parent)} (4 KiB written through in {synced:.2g} ms, "
        f"a file made in {made:.2g} ms)",
        "compiler": program_version("c++", "--version"),
        "git": program_version("git", "--version"),
        "webhook": program_version("webhook", "-version"),
        "wrk": program_version("wrk", "-v").split(" Copyright")[0],
    }


def load_now():
    return os.getloadavg()[0]
