# Each package is downloaded, extracted and built once, and leaves a stamp for it. The root file system is made anew each
# time. Included by the Makefile in the build directory.
include .config

PACKAGES := $(shell sed -n 's/^BR2_PACKAGE_\([A-Z0-9_]*\)=y$$/\L\1/p' .config)
SYSTEM := $(shell cat $(NERVES_DEFCONFIG_DIR)/VERSION)
DEBIAN_MIRROR ?= http://deb.debian.org/debian
PARALLEL_JOBS ?= $(shell nproc)
CFLAGS := -O2 -static

all: $(CURDIR)/images/rootfs.squashfs

# Debian keeps the upstream's tarballs. The download cache is shared: a file gets its name when it is complete, and what
# it should be. What a package builds goes into a root of its own, so that nothing is left of one that is not wanted any more.
define package
include $(PLATFORM)/package/$(1).mk
$(1)_DIR := $(CURDIR)/build/$(1)-$$($(1)_VERSION)
$(1)_FILE := $(NERVES_BR_DL_DIR)/$(1)/$$(notdir $$($(1)_URL))

$$($(1)_FILE):
	@echo '>>> $(1) $$($(1)_VERSION) Downloading'
	mkdir -p $$(@D)
	wget -nv -O $$@.$$$$$$$$ $(DEBIAN_MIRROR:/=)/$$($(1)_URL) && echo "$$($(1)_SHA256)  $$@.$$$$$$$$" | sha256sum -c && mv $$@.$$$$$$$$ $$@

$$($(1)_DIR)/.built: $$($(1)_FILE)
	@echo '>>> $(1) $$($(1)_VERSION) Extracting'
	rm -rf $$(@D) && mkdir -p $$(@D)/root
	tar -xzf $$< -C $$(@D) --strip-components=1
	@echo '>>> $(1) $$($(1)_VERSION) Building'
	$$($(1)_BUILD)
	touch $$@
endef
$(foreach name,$(PACKAGES),$(eval $(call package,$(name))))

$(CURDIR)/images/rootfs.squashfs: $(foreach name,$(PACKAGES),$($(name)_DIR)/.built) FORCE
	@echo '>>> rootfs $(SYSTEM) Generating rootfs.squashfs'
	rm -rf target && mkdir -p target/dev target/proc target/sys target/tmp images
	$(foreach name,$(PACKAGES),cp -a $($(name)_DIR)/root/. target;)
	cp -a $(BR2_ROOTFS_OVERLAY)/. target
	mksquashfs target $@ -noappend -all-root -all-time 0 -mkfs-time 0 -no-progress -quiet

# As in nerves_system_br: one archive, with one directory of its name.
system:
	@echo '>>> $(NERVES_ARTIFACT_NAME) Packing'
	rm -rf $(NERVES_ARTIFACT_NAME) && mkdir $(NERVES_ARTIFACT_NAME)
	cp -a images $(NERVES_ARTIFACT_NAME)
	cp .config $(NERVES_ARTIFACT_NAME)/nerves_defconfig
	tar --sort=name --owner=0 --group=0 --numeric-owner -czf $(NERVES_ARTIFACT_NAME).tar.gz $(NERVES_ARTIFACT_NAME)
	rm -rf $(NERVES_ARTIFACT_NAME)

FORCE:
.PHONY: all system FORCE
