"""Figures of speed, each against a plain alternative: interleaved pairs, and medians of their ratios."""
