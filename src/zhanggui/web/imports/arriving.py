"""A large file while it arrives: where the disk has no room for it, whoever sends it hears so."""

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

from zhanggui.channels.reading.errors import DiskFull
from zhanggui.channels.reading.room import room


class RoomyUploads(TemporaryFileUploadHandler):
    """As Django's own, which answers a full disk with an error page. The rest of the file is let go by, so that the sender reads an
    answer instead of a line that broke; the frame gives it before any view is asked (``request.stopped``)."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            with room():
                super().receive_data_chunk(raw_data, start)
        except DiskFull as full:
            setattr(self.request, "stopped", full)  # noqa: B010  # a request carries what the frame asks of it
            self.upload_interrupted()
            raise StopUpload(connection_reset=False) from None
