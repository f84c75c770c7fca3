"""A photo that comes with a form of the console; it is hers who sent it."""

from __future__ import annotations

from starlette.datastructures import UploadFile

from handlers.desk.visit import Visit
from handlers.photos import image_type
from storage.keys import new_key
from storage.photo_table import note_photo

#: Where such a photo comes from.
CHANNEL = "desk"


class NotAPhoto(Exception):
    """What was sent is none that we take."""


def sent_photo(visit: Visit) -> str:
    """The key of the photo that came along, empty without one. Raises NotAPhoto."""
    sent = visit.form.get("photo")
    if not isinstance(sent, UploadFile) or not sent.size:
        return ""
    data = sent.file.read()
    if not (mime := image_type(data)):
        raise NotAPhoto
    key = new_key()
    note_photo(visit.connection, key, CHANNEL, visit.worker.code, visit.machine, mime, data)
    return key
