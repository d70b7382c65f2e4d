-- To see it run, as root: unsquashfs -d root images/rootfs.squashfs && chroot root /sbin/init /usr/bin/lua /etc/main.lua
print("Hello from " .. _VERSION .. " on a system of your own")
