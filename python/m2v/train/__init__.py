"""Fine-tuning of static models on the CPU, without torch: classifiers, and models that predict vectors.

    from m2v.train import StaticModelForClassification

    classifier = StaticModelForClassification.from_pretrained("minishlab/potion-base-8M")
    classifier.fit(texts, labels)
    classifier.predict(["It rains on the lake."])
    classifier.to_pipeline().save_pretrained("my-classifier")
"""

from m2v.train.classifier import StaticModelForClassification
from m2v.train.head import fit_head
from m2v.train.pairs import StaticModelForPairSimilarity
from m2v.train.regression import StaticModelForRegression
from m2v.train.similarity import StaticModelForSimilarity
from m2v.train.tables import read_table
from m2v.train.utils import DataWarning

__all__ = [
    "DataWarning",
    "StaticModelForClassification",
    "StaticModelForPairSimilarity",
    "StaticModelForRegression",
    "StaticModelForSimilarity",
    "fit_head",
    "read_table",
]
