# What the system runs: where a Nerves system has Erlang, this one has Lua, which compiles in seconds.
lua_VERSION := 5.4.4
lua_URL := pool/main/l/lua5.4/lua5.4_$(lua_VERSION).orig.tar.gz
lua_SHA256 := 164c7849653b80ae67bec4b7473b884bf5cc8d2dca05653475ec2ed27b9ebf61

define lua_BUILD
	$(MAKE) -C $(@D)/src -j$(PARALLEL_JOBS) MYCFLAGS=-DLUA_USE_POSIX MYLDFLAGS=-static lua
	mkdir -p $(@D)/root/usr/bin
	install -s $(@D)/src/lua $(@D)/root/usr/bin/lua
endef
