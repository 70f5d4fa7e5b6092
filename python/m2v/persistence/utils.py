"""A progress bar that shows nothing, for code that wants to be given one. Needs tqdm."""

from typing import Any

from tqdm.auto import tqdm


class SilentTqdm(tqdm):  # type: ignore[type-arg]
    """Counts, and prints nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Takes what tqdm takes."""
        super().__init__(*args, **{**kwargs, "disable": True})
