# A public image under a tag and a label of our own.
ARG SOURCE
FROM ${SOURCE}
ARG KIND
LABEL nx-docker-artifact.image=${KIND}
