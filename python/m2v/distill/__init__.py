"""Distillation of Sentence Transformers into static models."""

from m2v.distill.distillation import distill, distill_from_model
from m2v.distill.inference import PoolingMode

__all__ = ["PoolingMode", "distill", "distill_from_model"]
