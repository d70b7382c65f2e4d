#!/bin/sh
# The calls of the docker CLI of Nerves' own build runner, for a build that has everything: `nerves.sh GENERATION IMAGE VOLUME
# PACKAGE PLATFORM DOWNLOADS ARCHIVE`. The first generation (up to 1.10) gives the build volume to the user before each command.
set -e
generation=$1 image=$2 volume=$3 package=$4 platform=$5 downloads=$6 archive=$7

container() {
  docker run --rm -w=/nerves/build $streams --env UID="$1" --env GID="$2" --env TERM=xterm \
    --mount type=volume,src="$volume",target=/nerves/build --mount type=bind,src="$downloads",target=/nerves/dl \
    --mount type=bind,src="$package",target=/nerves/env/bench --mount type=bind,src="$platform",target=/nerves/env/platform \
    --env NERVES_BR_DL_DIR=/nerves/dl "$image" $command
}

step() {
  if [ "$generation" = 1 ]; then
    streams='' command="chown $(id -u):$(id -g) /nerves/build"
    container 0 0
  fi
  streams='-a stdout -a stderr' command=$*
  container "$(id -u)" "$(id -g)"
}

docker --version
docker volume ls --quiet --filter "name=$volume"
docker image ls --quiet "$image"
step /nerves/env/platform/create-build.sh
step true
step /nerves/env/platform/archive.sh "$archive"
step cp "$archive.tar.gz" "/nerves/dl/$archive.tar.gz"
