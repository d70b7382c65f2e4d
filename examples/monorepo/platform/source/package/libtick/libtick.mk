libtick_VERSION := 1.2
