"""PyTorch's nn.LSTM as its users write it."""

import itertools

import torch
from torch import nn


class Reader(nn.Module):
    """nn.LSTM and a linear layer behind every step, or behind the last one."""

    def __init__(self, features, units, classes, last_only):
        super().__init__()
        self.lstm = nn.LSTM(features, units, batch_first=last_only)
        self.output = nn.Linear(units, classes)
        self.last_only = last_only

    def forward(self, rows, state=None):
        outputs, state = self.lstm(rows, state)
        return self.output(outputs[:, -1] if self.last_only else outputs), state


def char(batch_size, nodes, unrollings, text):
    """Windows with the state carried on, plain gradient descent, gradients clipped."""
    text, model = torch.from_numpy(text.astype("int64")), Reader(27, nodes, 27, last_only=False)
    optimizer, loss_of = torch.optim.SGD(model.parameters(), lr=10.0), nn.CrossEntropyLoss()
    starts, windows = torch.arange(batch_size) * (len(text) // batch_size), torch.arange(unrollings + 1)[:, None]
    one_hot, state, count = torch.eye(27), None, itertools.count()

    def train(steps):
        nonlocal state
        for _ in range(steps):
            ids = text[(starts + next(count) * unrollings + windows) % len(text)]
            logits, state = model(one_hot[ids[:-1]], state)
            state = tuple(part.detach() for part in state)
            loss = loss_of(logits.reshape(-1, 27), ids[1:].reshape(-1))
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.25)
            optimizer.step()
        return loss.item()

    return train


def mnist(units, batch_size, images, labels):
    """One LSTM and one linear layer, Adam."""
    rows, labels, model = torch.from_numpy(images).float() / 255, torch.from_numpy(labels).long(), Reader(28, units, 10, last_only=True)
    optimizer, loss_of = torch.optim.Adam(model.parameters(), lr=1e-3), nn.CrossEntropyLoss()
    order = torch.randperm(len(rows))

    def train(steps):
        for step in range(steps):
            chosen = order[step * batch_size : (step + 1) * batch_size]
            loss = loss_of(model(rows[chosen])[0], labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return loss.item()

    return train
