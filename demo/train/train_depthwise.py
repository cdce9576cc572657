"""Trains the depthwise-separable network and leaves its weights in build/demo-train/depthwise.weights.h5."""

import fashion_mnist
import keras
import places
import tensorflow as tf
from depthwise_net import depthwise_net

EPOCHS, BATCH, RATE, SEED = 16, 128, 8e-3, 3


class OneCycle(keras.callbacks.Callback):
    def __init__(self, steps):
        super().__init__()
        self.step, self.steps = 0, steps

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = RATE * fashion_mnist.one_cycle(self.step, self.steps)
        self.step += 1


def batches_for_ever(batches):
    while True:
        for images, labels in batches.epoch():
            yield images[..., None], keras.ops.one_hot(labels, 10)


def main():
    keras.utils.set_random_seed(SEED)
    tf.config.experimental.enable_op_determinism()
    tf.config.threading.set_intra_op_parallelism_threads(2)
    batches = fashion_mnist.Batches(*fashion_mnist.load("train"), BATCH, SEED)
    model = depthwise_net()
    print(f"depthwise: {model.count_params()} parameters, tensorflow {tf.__version__}, keras {keras.__version__}")
    model.compile(
        keras.optimizers.AdamW(RATE, weight_decay=0.02),
        keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.05),
    )
    model.fit(
        batches_for_ever(batches),
        epochs=EPOCHS,
        steps_per_epoch=len(batches),
        callbacks=[OneCycle(EPOCHS * len(batches))],
        shuffle=False,
        verbose=2,
    )
    images, labels = fashion_mnist.load("t10k")
    answers = model.predict(fashion_mnist.scaled(images)[..., None], 1000, verbose=0).argmax(1)
    print(f"test accuracy {(answers == labels).mean():.4f}")
    model.save_weights(places.WORK / "depthwise.weights.h5")


if __name__ == "__main__":
    main()
