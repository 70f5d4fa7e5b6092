import os
import pathlib


def resolve(id_or_path: str, revision: str = 'main', subfolder: str = '', token: str | None = None, force_download: bool = False, on_event: object | None = None) -> pathlib.Path: ...

def push(folder: str | os.PathLike, repository: str, revision: str = 'main', subfolder: str = '', message: str = '', create_pr: bool = False, make_private: bool = False, token: str | None = None, on_event: object | None = None) -> dict: ...
