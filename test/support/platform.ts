import type { Files } from './workspace.js';

/** The version of Buildroot that the platform pretends to unpack. */
export const BUILDROOT = '2024.1';

/** The line that it prints when it unpacks. */
export const EXTRACTING = `>>> buildroot ${BUILDROOT} Extracting`;

/** What it prints, as nerves_system_br does, when it has unpacked another one before; the first line of it. */
export const DIFFERENCE = 'Detected a difference in the Buildroot source tree either due';

/**
 * Waits in a step of the build, if that is the one that HOLD or the system's file `hold` names, until there is a
 * /tmp/go in the container or something ends it: `hold.sh STEP SYSTEM`.
 */
const HOLD = `#!/bin/sh
[ "\${HOLD:-$(cat "$2/hold" 2>/dev/null)}" = "$1" ] || exit 0
echo ">>> holding in $1"
while [ ! -e /tmp/go ]; do sleep 0.1; done
`;

/**
 * A platform with the habits of nerves_system_br (its create-build.sh): it unpacks a source tree into its own
 * directory, with absolute links, and patches it; records a state by which it knows the tree again, and asks for
 * Return when that differs and somebody sits at a terminal; makes Config.in in the package where there is none;
 * refuses a build directory that takes upper and lower case for the same; and makes the download directory.
 */
const CREATE_BUILD = `#!/bin/bash
set -e
defconfig=$(readlink -f "$1"); system=$(dirname "$defconfig")
mkdir -p "$2"; build=$(readlink -f "$2")
platform=$(dirname "$(readlink -f "$0")")
echo ">>> $(basename "$system") $(cat "$system/VERSION") Configuring"

touch "$build/case.check" "$build/CASE.check"
if [ "$(find "$build" -maxdepth 1 -name '*.check' | wc -l)" != 2 ]; then
  echo "ERROR: $build does not tell upper case from lower case"; exit 1
fi
rm -f "$build"/*.check

[ -e "$system/Config.in" ] || echo "# packages of this system" >"$system/Config.in"
mkdir -p "\${NERVES_BR_DL_DIR:=$HOME/.nerves/dl}"

tree=$platform/buildroot-${BUILDROOT} state=$platform/buildroot-${BUILDROOT}/.nerves-br-state
"$platform/scripts/buildroot-state.sh" ${BUILDROOT} "$platform/patches" >"$build/.expected-state"
unpack() {
  echo "${EXTRACTING}"
  rm -fr "$platform"/buildroot*
  cp -r "$platform/source" "$tree"
  ln -s "$tree" "$platform/buildroot"
  cat "$platform"/patches/buildroot/*.patch >"$tree/greeting"
  ln -s "$NERVES_BR_DL_DIR" "$tree/dl"
  cp "$build/.expected-state" "$state"
}
if [ ! -e "$state" ]; then
  unpack
elif ! diff "$state" "$build/.expected-state" >/dev/null; then
  echo "${DIFFERENCE}"
  echo "It is highly recommended to rebuild clean."
  if [ -t 0 ]; then echo "Press return to acknowledge or CTRL-C to stop"; read -r
  else echo "WARNING: Detected non-interactive terminal. Blindly continuing..."; fi
  unpack
fi

cp "$system/Config.in" "$build/Config.in.seen"
cp "$defconfig" "$build/.config"
cat >"$build/Makefile" <<END
SYSTEM := $system
PLATFORM := $platform
TREE := $platform/buildroot
include $tree/Makefile
END
"$platform/hold.sh" create-build "$system"
`;

/**
 * Makes an image of the system's C programs, of its source.txt and of the patched tree; counts how often it has run
 * in its volume. A "half" that an interrupted make leaves behind would be taken for complete by the next one.
 */
const RULES = `programs := $(patsubst $(SYSTEM)/%.c,images/%,$(wildcard $(SYSTEM)/*.c))

all: half $(programs)
	@echo ">>> toy 1.0 Building"
	@echo "a line of the log"
	@test -e Config.in.seen
	@echo run >>runs; echo "runs in this volume: $$(wc -l <runs)"
	@mkdir -p images; cp $(TREE)/greeting images/
	@! test -e $(SYSTEM)/source.txt || cp $(SYSTEM)/source.txt images/rootfs
half: FORCE
	@! test -e half || echo "half is left"
	@touch half; $(PLATFORM)/hold.sh make $(SYSTEM) && rm half
images/%: $(SYSTEM)/%.c
	@mkdir -p images
	cc -o $@ $<
FORCE:
system:
	@echo ">>> $(NERVES_ARTIFACT_NAME) Packing"
	@$(PLATFORM)/hold.sh "make system" $(SYSTEM)
	@mkdir $(NERVES_ARTIFACT_NAME); cp -a images $(NERVES_ARTIFACT_NAME)
	@tar -czf $(NERVES_ARTIFACT_NAME).tar.gz $(NERVES_ARTIFACT_NAME); rm -r $(NERVES_ARTIFACT_NAME)
`;

/** The one platform of the tests, of every tier; its commands need bash, make and a compiler. */
export const platform = {
  VERSION: '1.29.0\n',
  'patches/buildroot/0001-greeting.patch': 'greeting=patched\n',
  'scripts/buildroot-state.sh': {
    mode: 0o755,
    content: '#!/bin/sh\necho "$1"\ncd "$2" && find . -type f | sort | xargs cat\n',
  },
  'source/Makefile': 'include $(PLATFORM)/rules.mk\n',
  'rules.mk': RULES,
  'hold.sh': { mode: 0o755, content: HOLD },
  'create-build.sh': { mode: 0o755, content: CREATE_BUILD },
} satisfies Files;
