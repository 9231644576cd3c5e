"""LeNet-5 by PyTorch and by OpenCV, asked over a pipe. A line comes:

    infer opencv|torch THREADS IMAGES           images in memory, in batches of 64
    files opencv|pillow|pillow-one THREADS DIR  PNG files by Pool(THREADS): OpenCV's imread and dnn,
                                                or Pillow and PyTorch, in batches of 64, or by
                                                Pool.map one by one

and "SECONDS SUM-OF-LABELS" goes back, or "-1 0" where something is not installed. As
`peer.py cold opencv|torch DIR` it classifies one folder and ends.
"""
import io
import multiprocessing
import os
import sys
import time

BATCH = 64
nets = {}


def torch_net():
    """The weights are bench/digits/team.c's, so that labels can be compared."""
    import numpy
    import torch

    torch.set_num_threads(1)
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 6, 5), torch.nn.MaxPool2d(2), torch.nn.ReLU(),
        torch.nn.Conv2d(6, 16, 5), torch.nn.MaxPool2d(2), torch.nn.ReLU(),
        torch.nn.Flatten(), torch.nn.Linear(256, 120), torch.nn.ReLU(),
        torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, 10)).eval()
    done = 0
    for parameter in net.parameters():
        i = numpy.arange(done, done + parameter.numel(), dtype=numpy.uint64)
        bits = (i * numpy.uint64(2654435761) >> numpy.uint64(8)) & numpy.uint64(1023)
        values = ((bits / 1023 - 0.5).astype(numpy.float32) * numpy.float32(0.25))
        with torch.no_grad():
            parameter.copy_(torch.from_numpy(values).reshape(parameter.shape))
        done += parameter.numel()
    return net


def torch_labels(images):
    import torch

    if "torch" not in nets:
        nets["torch"] = torch_net()
    with torch.no_grad():
        return nets["torch"](torch.from_numpy(images)).argmax(1).tolist()


def opencv_labels(images):
    import cv2

    if "opencv" not in nets:
        import numpy
        import torch

        file = io.BytesIO()
        torch.onnx.export(torch_net(), torch.zeros(BATCH, 1, 28, 28), file, opset_version=11,
                          input_names=["in"], dynamic_axes={"in": {0: "n"}})
        nets["opencv"] = cv2.dnn.readNetFromONNX(numpy.frombuffer(file.getvalue(), numpy.uint8))
        cv2.setNumThreads(1)
    nets["opencv"].setInput(images)
    return nets["opencv"].forward().argmax(1).tolist()


LABELS = {"torch": torch_labels, "opencv": opencv_labels}


def infer(peer, threads, count):
    import numpy

    images = numpy.random.default_rng(1).random((BATCH, 1, 28, 28), numpy.float32)
    labels = LABELS[peer]
    labels(images)
    if peer == "torch":
        import torch
        torch.set_num_threads(threads)
    else:
        import cv2
        cv2.setNumThreads(threads)
    labels(images)
    start = time.perf_counter()
    for _ in range(count // BATCH):
        labels(images)
    return time.perf_counter() - start, 0


def read_opencv(path):
    import cv2
    return cv2.imread(path, cv2.IMREAD_GRAYSCALE)


def read_pillow(path):
    import numpy
    from PIL import Image
    with Image.open(path) as image:
        return numpy.asarray(image.convert("L"))


def classify(job):
    """A worker's: the labels of some paths."""
    import numpy

    peer, paths = job
    read, labels = (read_opencv, opencv_labels) if peer == "opencv" else (read_pillow, torch_labels)
    images = numpy.stack([read(path) for path in paths])[:, None].astype(numpy.float32)
    return sum(labels(images / numpy.float32(255)))


def files(pools, peer, threads, folder):
    paths = sorted(entry.path for entry in os.scandir(folder))
    each = 1 if peer == "pillow-one" else BATCH
    jobs = [(peer, paths[i:i + each]) for i in range(0, len(paths), each)]
    if threads not in pools:
        pools[threads] = multiprocessing.get_context("spawn").Pool(threads)
    pools[threads].map(classify, jobs[:8 * threads], 1)
    start = time.perf_counter()
    labels = pools[threads].map(classify, jobs, 1 if each > 1 else None)
    return time.perf_counter() - start, sum(labels)


def answer(pools, words):
    if words[0] == "infer":
        return infer(words[1], int(words[2]), int(words[3]))
    return files(pools, words[1], int(words[2]), words[3])


def main():
    if sys.argv[1:2] == ["cold"]:
        paths = sorted(entry.path for entry in os.scandir(sys.argv[3]))
        print(classify((sys.argv[2], paths)))
        return
    pools = {}
    for line in sys.stdin:
        try:
            seconds, labels = answer(pools, line.split())
        except ImportError:
            seconds, labels = -1, 0
        print(seconds, labels, flush=True)


if __name__ == "__main__":
    main()
