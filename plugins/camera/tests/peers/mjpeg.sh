#!/bin/sh
# One client's MJPEG over HTTP, by FFmpeg: socat starts this for each.
printf 'HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=ffmpeg\r\n\r\n'
exec "$FFMPEG" -loglevel quiet -re -f lavfi -i "$PICTURE" -f mpjpeg -
