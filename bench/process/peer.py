"""Python's multiprocessing, asked over a pipe: a line "stream N" or "start N" comes, a line goes back
when it is done. Processes are forked, as ours are."""
import multiprocessing
import sys

ITEM = bytes(64)


def produce(queue, times):
    for _ in range(times):
        queue.put(ITEM)


def stream(context, times):
    queue = context.Queue(1024)
    producer = context.Process(target=produce, args=(queue, times))
    producer.start()
    for _ in range(times):
        queue.get()
    producer.join()


def nothing():
    pass


def start(context, times):
    for _ in range(times):
        process = context.Process(target=nothing)
        process.start()
        process.join()


if __name__ == "__main__":
    fork = multiprocessing.get_context("fork")
    for line in sys.stdin:
        what, times = line.split()
        (stream if what == "stream" else start)(fork, int(times))
        print("done", flush=True)
