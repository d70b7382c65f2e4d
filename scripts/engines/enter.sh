# Runs a command in a Debian of its own: sh enter.sh, in new mount, network and process namespaces, ends with them.
#   ROOT    the system, which stays as it is
#   LAYER   an empty directory for what is written to it, in memory
#   SHARED  directories that it has as the host has them, one a line
#   NAME    the name of the host, if another
#   RUN_AS  a user, with a /dev of its own; else root
#   HYBRID  "no": without the second cgroup hierarchy, which crun and rootless engines refuse beside the first
set -e
mount -t tmpfs tmpfs "$LAYER"
mkdir "$LAYER/upper" "$LAYER/work" "$LAYER/root"
mount -t overlay overlay -o "lowerdir=$ROOT,upperdir=$LAYER/upper,workdir=$LAYER/work" "$LAYER/root"
cd "$LAYER/root"
mkdir -p old
mount -t proc proc proc
mount --rbind /sys sys
if [ "$HYBRID" = no ] && [ -d sys/fs/cgroup/unified ]; then umount sys/fs/cgroup/unified; fi
mount -t tmpfs tmpfs run
mkdir -p run/lock
printf '%s\n' "$SHARED" | while read -r directory; do
  mkdir -p ".$directory"
  mount --bind "$directory" ".$directory"
done
if [ -z "$RUN_AS" ]; then
  mount --rbind /dev dev
else
  mount -t tmpfs -o mode=755 tmpfs dev
  mkdir dev/net dev/pts dev/shm
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
  mount -t tmpfs -o mode=1777 tmpfs dev/shm
  ln -s pts/ptmx dev/ptmx
  ln -s /proc/self/fd dev/fd
  for device in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0 fuse:10:229 net/tun:10:200; do
    numbers=${device#*:}
    mknod -m 666 "dev/${device%%:*}" c "${numbers%:*}" "${numbers#*:}"
  done
  mkdir -p "run/user/$RUN_AS"
  chmod 700 "run/user/$RUN_AS"
  chown "$RUN_AS:$RUN_AS" "run/user/$RUN_AS"
fi
if [ -n "$NAME" ]; then hostname "$NAME"; fi
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
cd "$LAYER/root"
pivot_root . old
cd /
umount -l /old
ip link set lo up
if [ -n "$RUN_AS" ]; then
  export HOME="/home/builder" USER=builder LOGNAME=builder XDG_RUNTIME_DIR="/run/user/$RUN_AS"
  cd "$HOME"
  set -- setpriv --reuid "$RUN_AS" --regid "$RUN_AS" --clear-groups --inh-caps=-all "$@"
fi
exec tini -s -- "$@"
