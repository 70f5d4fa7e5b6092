"""Fine-tuned models: static models with a head."""

from m2v.inference.evaluation import evaluate_single_or_multi_label
from m2v.inference.mlp import Activation, Layer, MLPHead
from m2v.inference.model import StaticModelPipeline, convert_legacy_pipeline

__all__ = [
    "Activation",
    "Layer",
    "MLPHead",
    "StaticModelPipeline",
    "convert_legacy_pipeline",
    "evaluate_single_or_multi_label",
]
