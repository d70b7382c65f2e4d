# What a small Buildroot-style build needs: a compiler, make, and what packs images and archives.
FROM nx-docker-artifact-demo/debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends make gcc libc6-dev cpio pigz sudo xz-utils zstd \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /usr/share/doc/*
LABEL nx-docker-artifact.image=demo
