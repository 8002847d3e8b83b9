"""peer NET BATCH THREADS SECONDS FORMAT - the same full steps in PyTorch.

Samples a second, best of the rounds of a fifth of a second, and peak memory
in kB. FORMAT is contiguous or channels_last. Exit status 77 without PyTorch.
"""
import resource
import sys
import time

try:
    import torch
except ImportError:
    sys.exit(77)
from torch import nn


def normed(cin, cout, kernel, stride=1, groups=1, padding=None):
    if padding is None:
        padding = kernel // 2
    return nn.Sequential(
        nn.Conv2d(cin, cout, kernel, stride, padding, groups=groups,
                  bias=False),
        nn.BatchNorm2d(cout), nn.ReLU(inplace=True))


def ds_cnn():
    layers = [nn.ZeroPad2d((1, 1, 4, 5)), normed(1, 64, (10, 4), 2,
                                                 padding=0)]
    for _ in range(4):
        layers += [normed(64, 64, 3, groups=64), normed(64, 64, 1)]
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2),
               nn.Linear(64, 12)]
    return nn.Sequential(*layers), (1, 49, 10)


class Stack(nn.Module):
    def __init__(self, cin, cout, stride):
        super().__init__()
        self.first = normed(cin, cout, 3, stride)
        self.second = nn.Sequential(
            nn.Conv2d(cout, cout, 3, 1, 1, bias=False), nn.BatchNorm2d(cout))
        self.short = nn.Identity() if stride == 1 else nn.Conv2d(
            cin, cout, 1, stride)

    def forward(self, x):
        return torch.relu(self.second(self.first(x)) + self.short(x))


def resnet8():
    return nn.Sequential(
        normed(3, 16, 3), Stack(16, 16, 1), Stack(16, 32, 2),
        Stack(32, 64, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(64, 10)), (3, 32, 32)


def mobilenet():
    layers, cin = [normed(3, 8, 3, 2)], 8
    for cout, stride in ((16, 1), (32, 2), (32, 1), (64, 2), (64, 1),
                         (128, 2), (128, 1), (128, 1), (128, 1), (128, 1),
                         (128, 1), (256, 2), (256, 1)):
        layers += [normed(cin, cin, 3, stride, cin), normed(cin, cout, 1)]
        cin = cout
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(256, 2)]
    return nn.Sequential(*layers), (3, 96, 96)


def main():
    name, batch, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    seconds = float(sys.argv[4])
    last = sys.argv[5] == "channels_last"
    torch.set_num_threads(threads)
    clock = time.process_time if threads == 1 else time.monotonic
    net, shape = {"ds-cnn": ds_cnn, "resnet8": resnet8,
                  "mobilenet-v1": mobilenet}[name]()
    x, y = torch.randn(batch, *shape), torch.randint(0, 2, (batch,))
    if last:
        net = net.to(memory_format=torch.channels_last)
        x = x.to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(net.parameters(), 1e-4)
    loss_of = nn.CrossEntropyLoss()
    end = time.monotonic() + seconds
    best, steps, begin = 0, -3, 0
    while time.monotonic() < end:
        if steps == 0:
            begin = clock()
        optimizer.zero_grad(set_to_none=True)
        loss_of(net(x), y).backward()
        optimizer.step()
        steps += 1
        if steps > 0 and clock() - begin >= 0.2:
            best = max(best, steps * batch / (clock() - begin))
            steps = 0
    print("%.0f %d" % (best, resource.getrusage(
        resource.RUSAGE_SELF).ru_maxrss))


main()
