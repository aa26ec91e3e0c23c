"""CPython's own tests under Habu: run.py [options] [MODULE...]   (`--help` tells the options)

Each module of modules.txt runs in a process of its own, with limits of time and memory, with the JIT off, as usual and
with everything hot. What fails is compared with the sorted lists in expected/: a failure that is not listed, and a listed
one that passes, are errors of the run. Any Python runs this, Habu too.
"""

import argparse
import concurrent.futures
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
MODES = {"off": ["-X", "jit=off"], "normal": [], "hot": ["-X", "jit-hot=2", "-X", "jit-compile=inline"]}
PLACES = ["~/.pyenv/versions/3.14.*/lib/python3.14/test", "~/.pyenv/versions/3.13.*/lib/python3.13/test",
          "/usr/lib/python3.14/test", "/usr/lib/python3.13/test", "/usr/local/lib/python3.14/test", "/usr/local/lib/python3.13/test"]


def test_folder():
    """The folder of CPython's tests, None if there is none."""
    import glob
    named = os.environ.get("HABU_CPYTHON_TESTS")
    places = [named] if named else [found for place in PLACES for found in sorted(glob.glob(os.path.expanduser(place)))]
    return next((p for p in places if os.path.isfile(os.path.join(p, "test_grammar.py"))), None)


def lines(path):
    """The lines of a file without comments; none if there is no such file."""
    try:
        with open(path) as f:
            return [line.split("#")[0].strip() for line in f if line.split("#")[0].strip()]
    except FileNotFoundError:
        return []


def expected(module, mode):
    """The tests that are known to fail: a line may end in the modes that it is about, in brackets."""
    found = set()
    for line in lines(os.path.join(HERE, "expected", module + ".txt")):
        name, _, modes = line.partition(" [")
        if not modes or mode in modes.rstrip("]").split():
            found.add(name.strip())
    return found


def limit(memory):
    def apply():
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (memory << 20, memory << 20))
        os.setsid()
    return apply


def install(binary, folder, scratch):
    """An installation in which the tests are a package of the site: found with `-I` too. The binary in it."""
    place, site = os.path.join(scratch, "bin"), os.path.join(scratch, "lib/habu3.14/site-packages")
    os.mkdir(place)
    os.makedirs(site)
    os.symlink(folder, os.path.join(site, "test"))
    own = os.path.join(place, "habu")
    try:
        os.link(os.path.realpath(binary), own)
    except OSError:
        shutil.copy(binary, own)
    return own


def run(args, folder, module, mode):
    """Runs a module; how each of its tests ended, how the process ended, how long it took."""
    with tempfile.TemporaryDirectory() as scratch:
        binary = install(args.habu, folder, scratch)
        report = os.path.join(scratch, "report")
        home = os.path.join(scratch, "home")
        os.mkdir(home)
        env = {**os.environ, "TMPDIR": home, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
        for name in "PYTHONUNBUFFERED", "PYTHONPATH":
            env.pop(name, None)
        command = [binary, *MODES[mode], os.path.join(HERE, "one.py"), module, report]
        begin = time.monotonic()
        log = open(os.path.join(args.logs, f"{module}.{mode}.txt"), "w") if args.logs else subprocess.DEVNULL
        child = subprocess.Popen(command, cwd=home, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                 preexec_fn=limit(args.memory))
        try:
            code = child.wait(args.time)
            how = "ended" if code == 0 else f"signal {-code}" if code < 0 else f"exit {code}"
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, 9)
            child.wait()
            how = "hang"
        taken = time.monotonic() - begin
        ends, last = {}, None
        for line in lines(report):
            what, _, name = line.partition(" ")
            if what == "begin":
                last = name
                ends.setdefault(name, "begin")
            elif what == "end":
                last = None
            elif ends.get(name) not in ("fail", "error"):
                ends[name] = what
        for name in [name for name, what in ends.items() if what == "begin"]:
            # What has begun and has not ended is what the process died of; fixtures that fail leave no end.
            ends[name] = "error"
        if how == "ended" and not ends:
            how = "nothing"
        return ends, how, taken, last


def main():
    parser = argparse.ArgumentParser(description="Runs CPython's own tests under Habu.")
    parser.add_argument("modules", nargs="*", help="test modules (default: all of modules.txt)")
    parser.add_argument("--habu", default=os.path.join(HERE, "../../target/release/habu"), help="the binary")
    parser.add_argument("--modes", default="off,normal,hot")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--time", type=float, default=300, help="seconds for a module")
    parser.add_argument("--memory", type=int, default=4096, help="MB for a module")
    parser.add_argument("--core", action="store_true", help="only the modules with a star")
    parser.add_argument("--bless", action="store_true", help="write what fails to expected/")
    parser.add_argument("--logs", help="a folder for the output of the tests")
    args = parser.parse_args()
    args.habu = os.path.abspath(args.habu)
    if args.logs:
        args.logs = os.path.abspath(args.logs)
        os.makedirs(args.logs, exist_ok=True)
    folder = test_folder()
    if folder is None:
        print("conformance: no folder of CPython's tests is found; HABU_CPYTHON_TESTS can name one. Nothing was run.")
        return 0
    known = lines(os.path.join(HERE, "modules.txt"))
    chosen = args.modules or [m.lstrip("*") for m in known if m[0] == "*" or not args.core]
    modes = args.modes.split(",")
    print(f"conformance: {folder}")
    print(f"{'module':28} {'mode':7} {'tests':>6} {'pass':>6} {'fail':>5} {'error':>5} {'skip':>5} {'%':>6} {'s':>6}  end")
    wrong, total, blessed = [], {mode: [0, 0] for mode in modes}, {}
    jobs = [(module, mode) for module in chosen for mode in modes]
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for (module, mode), (ends, how, taken, last) in zip(jobs, pool.map(lambda j: run(args, folder, *j), jobs)):
            count = {what: list(ends.values()).count(what) for what in ("ok", "fail", "error", "skip")}
            tests = len(ends) - count["skip"]
            total[mode][0] += tests
            total[mode][1] += count["ok"]
            percent = 100 * count["ok"] / tests if tests else 0
            end = how if last is None else f"{how} in {last}"
            print(f"{module:28} {mode:7} {tests:6} {count['ok']:6} {count['fail']:5} {count['error']:5} {count['skip']:5} "
                  f"{percent:6.1f} {taken:6.1f}  {end}", flush=True)
            bad = {name for name, what in ends.items() if what in ("fail", "error")}
            if how != "ended":
                bad.add("the process")
            blessed.setdefault(module, {})[mode] = bad
            listed = expected(module, mode)
            wrong += [f"{module} {mode}: {name} fails and is not in expected/{module}.txt" for name in sorted(bad - listed)]
            wrong += [f"{module} {mode}: {name} passes and is in expected/{module}.txt" for name in sorted(listed - bad)]
    for mode, (tests, passed) in total.items():
        print(f"{'all':28} {mode:7} {tests:6} {passed:6} {'':17} {100 * passed / max(tests, 1):6.1f}")
    if args.bless:
        for module, found in blessed.items():
            bless(module, found, modes)
        return 0
    print("\n".join(wrong) or "as expected")
    return 1 if wrong else 0


def bless(module, found, modes):
    """Writes what fails; reasons that stand behind known names are kept."""
    path = os.path.join(HERE, "expected", module + ".txt")
    reasons = {}
    if os.path.exists(path):
        with open(path) as f:
            for line in f:
                name, _, reason = line.partition("#")
                reasons[name.split(" [")[0].strip()] = reason.strip()
    names = sorted(set().union(*found.values()))
    if not names:
        if os.path.exists(path):
            os.remove(path)
        return
    with open(path, "w") as f:
        for name in names:
            where = [mode for mode in modes if name in found[mode]]
            text = name if where == modes else f"{name} [{' '.join(where)}]"
            f.write(f"{text}  # {reasons.get(name) or 'to be looked into'}\n")


if __name__ == "__main__":
    sys.exit(main())
