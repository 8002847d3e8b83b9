#!/usr/bin/env python3
"""mixed.onnx, mixed.in.bin, mixed.out.bin: a network in QDQ form as exporters
write it, and what PyTorch answers.

    python3 make.py        (Debian's python3-torch, 1.13.1)

Weights are seeded noise.  Scales stand behind every activation, where they are
usual, and not between a layer and its RELU; joined values have scales of their
own; biases are float.  The outputs are those of PyTorch's fake quantisation in
float32, the same for opset 13's QuantizeLinear and DequantizeLinear.
"""
import array
import torch
import torch.nn as nn
import torch.nn.functional as F

LOW, HIGH, SIDE, SAMPLES = 0, 255, 12, 2


class Act(nn.Module):
    """Of an activation: watch its range, then quantise it."""

    def __init__(self):
        super().__init__()
        self.low = self.high = 0.0
        self.watches = True

    def forward(self, x):
        if self.watches:
            self.low = min(self.low, float(x.min()))
            self.high = max(self.high, float(x.max()))
            return x
        scale = (self.high - self.low) / 255
        zero = max(LOW, min(HIGH, round(LOW - self.low / scale)))
        return torch.fake_quantize_per_tensor_affine(x, scale, zero, LOW, HIGH)


class Conv(nn.Module):
    def __init__(self, ins, outs, side, **how):
        super().__init__()
        self.conv, self.how = nn.Conv2d(ins, outs, side, **how), how
        size = self.conv.weight.detach().abs().amax((1, 2, 3))
        self.register_buffer("scale", size / 127)
        self.register_buffer("zero", torch.zeros(outs, dtype=torch.int32))

    def forward(self, x):
        w = torch.fake_quantize_per_channel_affine(
            self.conv.weight, self.scale, self.zero, 0, -128, 127)
        return F.conv2d(x, w, self.conv.bias, **self.how)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Conv(3, 8, 3, stride=2, padding=1)
        self.depth = Conv(8, 8, 3, padding=1, groups=8)
        self.point = Conv(8, 8, 1)
        self.join = Conv(16, 12, 3, padding=1)
        self.dense = nn.Linear(12, 5)
        self.scale = float(self.dense.weight.detach().abs().max() / 127)
        self.acts = nn.ModuleList([Act() for _ in range(14)])

    def forward(self, x):
        q = self.acts
        x = q[1](F.relu(self.first(q[0](x))))
        y = q[2](F.hardtanh(self.depth(x), 0.0, 6.0))
        y = q[3](F.relu(self.point(y)))
        z = q[4](x + y)
        z = q[5](torch.cat([z, y], 1))
        z = q[6](F.relu(self.join(z)))
        z = q[7](F.max_pool2d(z, 2))
        z = q[8](F.leaky_relu(z, 0.1))
        z = q[9](F.interpolate(z, scale_factor=2, mode="nearest"))
        z = q[11](z * q[10](torch.sigmoid(z)))
        z = q[12](F.adaptive_avg_pool2d(z, 1).flatten(1))
        w = torch.fake_quantize_per_tensor_affine(
            self.dense.weight, self.scale, 0, -128, 127)
        z = q[13](F.linear(z, w, self.dense.bias))
        return torch.softmax(z, 1)


def save(name, tensor):
    with open(name, "wb") as file:
        array.array("f", tensor.flatten().tolist()).tofile(file)


torch.manual_seed(0)
net = Net().eval()
with torch.no_grad():
    for _ in range(20):
        net(torch.randn(4, 3, SIDE, SIDE))
    for act in net.acts:
        act.watches = False
    x = torch.randn(SAMPLES, 3, SIDE, SIDE)
    save("mixed.in.bin", x)
    save("mixed.out.bin", torch.cat([net(x[i:i + 1]) for i in range(SAMPLES)]))
torch.onnx.export(net, x[:1], "mixed.onnx", opset_version=13)
