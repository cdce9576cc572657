"""Trains the residual network and leaves its weights in build/demo-train/residual.pt."""

import time

import fashion_mnist
import numpy as np
import places
import torch
from residual_net import ResidualNet

EPOCHS, BATCH, RATE, SEED = 14, 128, 6e-3, 3


def accuracy(model, images, labels):
    model.eval()
    with torch.no_grad():
        parts = torch.from_numpy(fashion_mnist.scaled(images)[:, None]).split(1000)
        answers = torch.cat([model(part).argmax(1) for part in parts]).numpy()
    return float(np.mean(answers == labels))


def main():
    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    batches = fashion_mnist.Batches(*fashion_mnist.load("train"), BATCH, SEED)
    model = ResidualNet()
    print(f"residual: {sum(p.numel() for p in model.parameters())} parameters, torch {torch.__version__}")
    optimiser = torch.optim.AdamW(model.parameters(), RATE, weight_decay=0.02)
    steps = EPOCHS * len(batches)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: fashion_mnist.one_cycle(step, steps))
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=0.05)
    for epoch in range(1, EPOCHS + 1):
        model.train()
        start, total = time.monotonic(), 0.0
        for images, labels in batches.epoch():
            loss = loss_of(model(torch.from_numpy(images[:, None])), torch.from_numpy(labels))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch:2}  loss {total / len(batches):.4f}  {time.monotonic() - start:.0f} s", flush=True)
    print(f"test accuracy {accuracy(model, *fashion_mnist.load('t10k')):.4f}")
    torch.save(model.state_dict(), places.WORK / "residual.pt")


if __name__ == "__main__":
    main()
