# The first process of the system, which looks after all others.
tini_VERSION := 0.19.0
tini_URL := pool/main/t/tini/tini_$(tini_VERSION).orig.tar.gz
tini_SHA256 := 0fd35a7030052acd9f58948d1d900fe1e432ee37103c5561554408bdac6bbf0d

define tini_BUILD
	printf '#define TINI_VERSION "$(tini_VERSION)"\n#define TINI_GIT ""\n' >$(@D)/src/tiniConfig.h
	mkdir -p $(@D)/root/sbin
	$(CC) $(CFLAGS) -s -o $(@D)/root/sbin/init $(@D)/src/tini.c
endef
