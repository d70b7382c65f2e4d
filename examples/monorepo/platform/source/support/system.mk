# Compiles all C files of a system into its init.
vpath %.c $(SOURCE)

TICK := $(STAGING_DIR)/usr/lib/libtick.a
OBJECTS := $(patsubst $(SOURCE)/%.c,%.o,$(wildcard $(SOURCE)/*.c))

init: $(OBJECTS) $(TICK)
	$(CC) $(LDFLAGS) -o $@ $^

$(OBJECTS): $(wildcard $(SOURCE)/*.h $(STAGING_DIR)/usr/include/*.h)
