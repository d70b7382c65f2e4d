busyloop_VERSION := 1.0
busyloop_DEPENDENCIES := libtick
