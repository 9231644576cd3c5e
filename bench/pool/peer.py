"""Python's multiprocessing.Pool behind a pipe: reads lines "map N" and "tasks N", and answers each
with a line when it is done."""
import multiprocessing
import sys


def empty(item):
    return item


if __name__ == "__main__":
    with multiprocessing.Pool(int(sys.argv[1])) as pool:
        pool.map(empty, range(100))
        for line in sys.stdin:
            what, n = line.split()
            if what == "map":
                pool.map(empty, range(int(n)))
            else:
                handles = [pool.apply_async(empty, (i,)) for i in range(int(n))]
                for handle in handles:
                    handle.get()
            print("done", flush=True)
