"""A progress bar that shows nothing, for code that requires one. Requires tqdm."""

from typing import Any

from tqdm.auto import tqdm


class SilentTqdm(tqdm):  # type: ignore[type-arg]
    """A `tqdm` that is always disabled."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Takes the arguments of `tqdm`."""
        super().__init__(*args, **{**kwargs, "disable": True})
