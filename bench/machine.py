"""What figures were measured on."""

import datetime
import os
import pathlib
import platform


def machine() -> dict:
    def field(path, name):
        for line in pathlib.Path(path).read_text().splitlines():
            if line.lower().startswith(name):
                return line.split(":", 1)[1].strip()
        return "unknown"

    return {
        "processor": field("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory_gb": round(int(field("/proc/meminfo", "memtotal").split()[0]) / 1024**2, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_at_start": round(os.getloadavg()[0], 2),
        "at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }
