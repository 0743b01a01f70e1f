"""The ANTHEM model: trigrams, encoders, losses, training."""
