#!/usr/bin/env python3
"""expect.py: what Python's multiprocessing.Pool does in 183 cases, as a table.

    expect.py > semantics.csv

Each case runs on a real pool, several times; what may come out either way is written a|b. Next to
it stands what furrow/pool.h promises wherever that is something else, with the name of the
difference, which the head of pool.h explains. A difference without a name is an error.
test_pool_semantics.c reads the table and runs the same cases in C.

    method         what is called; after + what else matters: a callback, a second call
    workers, n     of the pool; items
    chunk          -: not given
    fails, slow    items that fail; items that take long (apart by blanks)
    timeout        of the first get or next, while no item can end; then all may, and it is asked
                   again. -: none
    python         ok SUM: all results, added up, each times its place from 1 (unordered: added up);
                   error I: item I's; V values, E errors, SUM: of an iterator; refused: an argument
                   or a state is; closed; timeout; what else a method says for itself
    ran            items whose function was called
    furrow, furrow_ran   where these differ; a-b: from a to b
    difference     why
"""

import ast
import csv
import multiprocessing
import os
import select
import signal
import sys
import time
from multiprocessing.pool import Pool

context = multiprocessing.get_context("fork")
ROUNDS = 4
MOST = 200


class ItemFailed(Exception):
    def __init__(self, item):
        super().__init__(item)
        self.item = item


class Case:
    def __init__(self, method, workers=2, chunk=None, n=13, fails=(), slow=(), timeout=None):
        self.method, _, self.extra = method.partition("+")
        self.name = method
        self.workers, self.chunk, self.n = workers, chunk, n
        self.fails, self.slow, self.timeout = tuple(fails), tuple(slow), timeout


# ---- what runs in the workers, which inherit these by fork

case = None
ran = None
gate = None


def value(i):
    return i * i + 1


def one(i):
    ran[i] += 1
    if not gate.wait(20):
        raise RuntimeError("the gate stayed shut")
    if i in case.slow:
        time.sleep(0.1)
    if i in case.fails:
        raise ItemFailed(i)
    return value(i)


def two(i, j):
    assert j == i + 1
    return one(i)


def nested(i):
    with Pool(1) as pool:
        return sum(pool.map(one, [i]))


def fail_to_start():
    ran[0] += 1
    sys.exit(1)


# ---- what came out, in the words of the table


def place_sum(values):
    return sum((place + 1) * v for place, v in enumerate(values))


def words_of(call):
    try:
        return call()
    except ItemFailed as failed:
        return f"error {failed.item}"
    except multiprocessing.TimeoutError:
        return "timeout"
    except ValueError as reason:
        return "closed" if "not running" in str(reason) else "refused"
    except (AssertionError, NotImplementedError):
        return "refused"
    except AttributeError:
        return "no such method"
    except TypeError:
        return "no such argument"


def words_of_list(values):
    if values and values == [None] * len(values):
        return "no results"
    return f"ok {place_sum(values)}"


def ask(get):
    """With a timeout: while the gate is shut, then once more."""
    if case.timeout is None:
        return words_of(lambda: get(None))
    first = words_of(lambda: get(case.timeout))
    gate.set()
    return first + "; " + words_of(lambda: get(None))


def drain(iterator, unordered):
    values, errors = [], 0
    while True:
        try:
            values.append(iterator.next() if hasattr(iterator, "next") else next(iterator))
        except StopIteration:
            break
        except ItemFailed:
            errors += 1
    total = sum(values) if unordered else place_sum(values)
    return f"{len(values)} values, {errors} errors, {total}" if errors else f"ok {total}"


# ---- the methods


def pairs():
    return [(i, i + 1) for i in range(case.n)]


def run_apply(pool):
    return words_of(lambda: f"ok {pool.apply(one, (0,))}")


def run_apply_async(pool):
    return ask_async(pool, lambda **by: pool.apply_async(one, (0,), **by), lambda v: f"ok {v}")


def run_map(pool):
    return words_of(lambda: words_of_list(pool.map(one, range(case.n), case.chunk)))


def run_starmap(pool):
    return words_of(lambda: words_of_list(pool.starmap(two, pairs(), case.chunk)))


def run_map_async(pool):
    return ask_async(
        pool, lambda **by: pool.map_async(one, range(case.n), case.chunk, **by), words_of_list
    )


def run_starmap_async(pool):
    return ask_async(
        pool, lambda **by: pool.starmap_async(two, pairs(), case.chunk, **by), words_of_list
    )


def ask_async(pool, submit, words):
    told = []
    by = {}
    if case.extra == "callback":
        by = {
            "callback": lambda _: told.append("callback"),
            "error_callback": lambda _: told.append("error_callback"),
        }
    try:
        result = submit(**by)
    except ValueError as reason:
        return "closed" if "not running" in str(reason) else "refused"
    outcome = ask(lambda timeout: words(result.get(timeout)))
    if case.extra == "again":
        outcome += "; " + words_of(lambda: words(result.get()))
    if case.extra == "callback":
        outcome += ", " + (" ".join(told) or "neither callback")
    return outcome


def iterate(pool, method, unordered):
    def start():
        chunk = {} if case.chunk is None else {"chunksize": case.chunk}
        return method(one, range(case.n), **chunk)

    try:
        iterator = start()
    except ValueError as reason:
        return "closed" if "not running" in str(reason) else "refused"
    if case.timeout is None:
        return drain(iterator, unordered)
    first = words_of(lambda: f"ok {iterator.next(case.timeout)}")
    gate.set()
    return first + "; " + drain(iterator, unordered)


def run_imap(pool):
    return iterate(pool, pool.imap, False)


def run_imap_unordered(pool):
    return iterate(pool, pool.imap_unordered, True)


def run_look_ahead(pool):
    """How many items an imap has pulled when one has been given back and nobody asks for more."""
    pulled = []

    def generate():
        for i in range(case.n):
            pulled.append(i)
            yield i

    next(pool.imap(one, generate()))
    before = -1
    while len(pulled) > before:
        before = len(pulled)
        time.sleep(0.1)
    return f"pulled {len(pulled)}"


def run_wait(pool):
    result = pool.apply_async(one, (0,))
    before = result.ready(), result.wait(case.timeout), result.ready()
    gate.set()
    result.wait()
    return " ".join("ready" if ready else "not ready" for ready in (before[2], result.ready()))


def run_successful(pool):
    result = pool.apply_async(one, (0,))
    first = words_of(lambda: str(result.successful()).lower())
    gate.set()
    result.wait()
    return first + "; " + str(result.successful()).lower()


def run_closed(pool):
    pool.close()
    return run_by_name(case.extra, pool)


def run_terminated(pool):
    pool.terminate()
    return run_by_name(case.extra, pool)


def run_close_then_get(pool):
    result = pool.map_async(one, range(case.n), case.chunk)
    pool.close()
    pool.join()
    return words_of(lambda: words_of_list(result.get(0)))


def run_terminate_then_get(pool):
    """One worker: the first call runs, the second has not started. The gate stays shut: setting an
    event for which a process waited that was killed would hang."""
    results = [pool.apply_async(one, (i,)) for i in range(2)]
    while not ran[0]:
        time.sleep(0.001)
    pool.terminate()
    return "; ".join(words_of(lambda r=r: f"ok {r.get(0.3)}") for r in results)


def run_cancel(pool):
    results = [pool.apply_async(one, (i,)) for i in range(2)]
    while not ran[0]:
        time.sleep(0.001)
    words = words_of(lambda: str(results[1].cancel()).lower())
    gate.set()
    return "; ".join([words] + [words_of(lambda r=r: f"ok {r.get()}") for r in results])


def run_join(pool):
    if case.extra == "open":
        return words_of(lambda: str(pool.join() or "ok"))
    result = pool.map_async(one, range(case.n))
    pool.close()
    if case.extra == "timeout":
        first = words_of(lambda: str(pool.join(0.01)))
        gate.set()
        return first + "; " + words_of(lambda: str(pool.join() or "ok"))
    pool.join()
    if case.extra == "twice":
        pool.join()
    return words_of(lambda: words_of_list(result.get(0)))


def run_unasked(pool):
    """A call fails and nobody looks at its result."""
    pool.apply_async(one, (0,))
    pool.close()
    return words_of(lambda: str(pool.join() or "ok"))


def run_nested(pool):
    return words_of(lambda: words_of_list(pool.map(nested, range(case.n))))


def run_by_name(name, pool):
    return globals()["run_" + name](pool)


# ---- pools that cannot be, or do not start


def run_new():
    if case.extra == "initializer":
        pool = Pool(case.workers, initializer=fail_to_start)
        outcome = words_of(lambda: f"ok {pool.apply_async(one, (1,)).get(0.5)}")
        tries = ran[0]
        pool.terminate()
        return "new; " + outcome + ("; respawned" if tries > case.workers else "")

    def make():
        with Pool(case.workers) as pool:
            return words_of_list(pool.map(one, range(case.n)))

    return words_of(make)


# ---- what furrow/pool.h promises: (outcome, ran, name of the difference)


def sum_of(n):
    return place_sum(value(i) for i in range(n))


def promise_of_map(collect):
    if case.chunk is not None and case.chunk < 0:
        return "refused", "0", "bad chunks are errors"
    if not case.fails:
        why = "chunk 0 is planned" if case.chunk == 0 else None
        return f"ok {sum_of(case.n)}", str(case.n), why
    lowest = min(case.fails)
    if collect:
        return f"error {lowest}", str(case.n), "lowest index, all run"
    least = lowest + 1
    span = str(case.n) if least == case.n else f"{least}-{case.n}"
    return f"error {lowest}", span, "fail fast, lowest index"


def promise_of_imap(unordered):
    if case.chunk is not None and case.chunk < 0:
        return "refused", "0", None
    values = [value(i) for i in range(case.n) if i not in case.fails]
    total = sum(values) if unordered else place_sum(values)
    why = "chunk 0 is planned" if case.chunk == 0 else "every item has a status"
    if case.fails:
        outcome = f"{len(values)} values, {len(case.fails)} errors, {total}"
    else:
        outcome = f"ok {total}"
    return outcome, str(case.n), why


def promise_by_name(name):
    if name in ("apply", "apply_async"):
        return ("error 0" if case.fails else "ok 1"), "1", None
    if name in ("map", "starmap", "map_async", "starmap_async"):
        return promise_of_map(case.extra == "collect")
    if name in ("imap", "imap_unordered"):
        return promise_of_imap(name == "imap_unordered")
    return None


def promise():
    """None: whatever Python does."""
    ahead = f"1-{2 * case.workers}"
    own = {
        "look_ahead": ("pulled " + ahead, ahead, "bounded imap"),
        "successful": ("false; true", "1", "not over is not successful"),
        "terminate_then_get": ("ok 1; cancelled", "1", "terminate cancels"),
        "cancel": ("true; ok 1; cancelled", "1", "cancel"),
        "unasked": ("error 0", "1", "nothing swallowed"),
        "nested": (f"ok {sum_of(case.n)}", str(case.n), "nested calls"),
    }
    if case.name == "join+timeout":
        return "timeout; ok", str(case.n), "join with timeout"
    if case.name == "new+initializer":
        return "refused", f"1-{case.workers}", "initializer"
    if case.name == "new" and case.workers == 0:
        return f"ok {sum_of(case.n)}", str(case.n), "workers 0 is planned"
    if case.method in own:
        return own[case.method]
    promised = promise_by_name(case.method)
    if promised is None:
        return None
    outcome, count, why = promised
    if outcome != "refused" and case.timeout is not None:
        outcome = "timeout; " + outcome
    if case.extra == "again":
        outcome += "; " + outcome
    if case.extra == "callback" and outcome != "refused":
        outcome += ", error_callback" if case.fails else ", callback"
        if case.n == 0:
            why = "callback of nothing"
    return outcome, count, why


# ---- the cases

SHAPES = [(2, None, 0), (2, None, 1), (2, None, 13), (3, 1, 13), (8, 3, 5), (2, 5, 13), (1, 4, 97),
          (2, 100, 13)]
FAILURES = [
    {"chunk": 1, "fails": (0,)},
    {"chunk": 1, "fails": (12,)},
    {"chunk": 4, "fails": (5,)},
    {"chunk": 13, "fails": (6,)},
    {"workers": 1, "fails": (5, 9)},
    {"workers": 3, "chunk": 1, "fails": (1, 9), "slow": (1,)},
]
MAPS = ["map", "starmap", "map_async", "starmap_async"]
IMAPS = ["imap", "imap_unordered"]


def cases():
    for method in ("apply", "apply_async"):
        yield Case(method, n=1)
        yield Case(method, n=1, fails=(0,))
        yield Case(method, n=1, workers=1)
    for method in MAPS + IMAPS:
        for workers, chunk, n in SHAPES:
            yield Case(method, workers, chunk, n)
        for chunk in (0, -1, -13):
            yield Case(method, chunk=chunk)
    for method in MAPS + ["map+collect", "starmap+collect"] + IMAPS:
        for failure in FAILURES:
            yield Case(method, **failure)
    for method in ("apply_async", "map_async", "starmap_async") + tuple(IMAPS):
        for timeout in (0, 0.01):
            yield Case(method, n=1 if method == "apply_async" else 5, timeout=timeout)
    yield Case("apply_async", n=1, fails=(0,), timeout=0.01)
    yield Case("map_async", n=5, chunk=1, fails=(2,), timeout=0.01)
    yield Case("apply_async+again", n=1)
    yield Case("apply_async+again", n=1, fails=(0,))
    yield Case("map_async+again")
    yield Case("map_async+again", chunk=1, fails=(12,))
    for method in ("apply_async+callback", "map_async+callback", "starmap_async+callback"):
        one_item = method.startswith("apply")
        for n in (1,) if one_item else (0, 1, 13):
            yield Case(method, n=n)
        yield Case(method, n=1 if one_item else 13, chunk=1, fails=(0,))
    for timeout in (0, 0.01):
        yield Case("wait", n=1, timeout=timeout)
    yield Case("successful", n=1, timeout=0)
    yield Case("look_ahead", n=50)
    yield Case("look_ahead", workers=1, n=50)
    for state in ("closed", "terminated"):
        for method in ["apply", "apply_async"] + MAPS + IMAPS:
            yield Case(f"{state}+{method}", n=1)
    yield Case("close_then_get")
    yield Case("close_then_get", chunk=1, fails=(12,))
    yield Case("terminate_then_get", workers=1, n=2, timeout=0)
    yield Case("cancel", workers=1, n=2, timeout=0)
    yield Case("join+closed")
    yield Case("join+twice")
    yield Case("join+open", n=0)
    yield Case("join+timeout", n=3, timeout=0.01)
    yield Case("unasked", n=1, fails=(0,))
    yield Case("nested", n=5)
    for workers in (0, -1, 1, 2):
        yield Case("new", workers=workers, n=5)
    for workers in (1, 3):
        yield Case("new+initializer", workers=workers, n=0)


# ---- running them


def run_once():
    global ran, gate
    ran = context.Array("i", MOST)
    gate = context.Event()
    if case.timeout is None:
        gate.set()
    if case.method == "new":
        outcome = run_new()
    else:
        pool = Pool(case.workers)
        outcome = run_by_name(case.method, pool)
        if "terminate" not in case.method:
            gate.set()
            pool.close()
            pool.join()
    count = sum(min(c, 1) for c in ran) if case.name != "new+initializer" else ran[0]
    return outcome, str(count)


def run_apart():
    """In a process group of its own, which a pool that hangs (terminate may) does not outlive."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os.write(writer, repr(run_once()).encode())
        os._exit(0)
    os.close(writer)
    ready, _, _ = select.select([reader], [], [], 10)
    outcome = os.read(reader, 4096) if ready else b""
    os.close(reader)
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        pass
    os.waitpid(child, 0)
    return ast.literal_eval(outcome.decode()) if outcome else None


def run_until_over():
    for _ in range(3):
        outcome = run_apart()
        if outcome:
            return outcome
    sys.exit(f"{case.name}: hangs, or ends its process")


def row():
    outcomes = [run_until_over() for _ in range(ROUNDS)]
    python = "|".join(sorted({outcome for outcome, _ in outcomes}))
    counts = "|".join(sorted({count for _, count in outcomes}, key=int))
    if case.name == "new+initializer":
        counts = f"over {case.workers}"
    promised = promise() or (python, counts, None)
    same = promised[:2] == (python, counts)
    if not same and promised[2] is None:
        sys.exit(f"{case.name}: no name for {promised[:2]} in the place of {(python, counts)}")
    return [
        case.name,
        case.workers,
        "-" if case.chunk is None else case.chunk,
        case.n,
        " ".join(map(str, case.fails)),
        " ".join(map(str, case.slow)),
        "-" if case.timeout is None else case.timeout,
        python,
        counts,
        "" if promised[0] == python else promised[0],
        "" if promised[1] == counts else promised[1],
        "" if same else promised[2],
    ]


def main():
    global case
    multiprocessing.set_start_method("fork")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(
        "method workers chunk n fails slow timeout python ran furrow furrow_ran difference".split()
    )
    for case in cases():
        writer.writerow(row())
        sys.stdout.flush()


if __name__ == "__main__":
    main()
