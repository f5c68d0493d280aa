# Starts programs one after another and tells what each took: the kernel's own figures, which Node
# does not tell of its children. Reads a JSON array of {"argv", "env"}; writes an object a line.
import json
import os
import sys
import time

nothing = os.open(os.devnull, os.O_RDONLY)
for start in json.load(sys.stdin):
    output, inlet = os.pipe()
    actions = [
        (os.POSIX_SPAWN_DUP2, nothing, 0),
        (os.POSIX_SPAWN_DUP2, inlet, 1),
        (os.POSIX_SPAWN_CLOSE, output),
    ]
    begin = time.monotonic_ns()
    argv = start["argv"]
    pid = os.posix_spawn(argv[0], argv, start["env"], file_actions=actions)
    os.close(inlet)
    text = b""
    while chunk := os.read(output, 65536):
        text += chunk
    _, status, usage = os.wait4(pid, 0)
    end = time.monotonic_ns()
    os.close(output)
    print(json.dumps({
        "ms": (end - begin) / 1e6,
        "cpuMs": (usage.ru_utime + usage.ru_stime) * 1e3,
        "peakKib": usage.ru_maxrss,
        "status": os.waitstatus_to_exitcode(status),
        "output": text.decode("latin-1"),
    }), flush=True)
