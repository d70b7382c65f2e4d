import { type Files, TOOLBOX } from '../../test/support/workspace.js';

/**
 * A platform with Nerves' three commands. As nerves_system_br's, its create-build.sh writes into its own directory
 * and into the package. A system's file `hold` names the step that waits until something ends it.
 */
export const platform: Files = {
  VERSION: '1.0.0\n',
  'project.json': json({ name: 'demo_br', targets: {} }),
  'create-build.sh': {
    mode: 0o755,
    content: `#!/bin/sh
set -e
platform=$(cd "$(dirname "$0")" && pwd)
system=$(cd "$(dirname "$1")" && pwd)
echo ">>> $(basename "$system") $(cat "$system/VERSION") Configuring"
echo unpacked >"$platform/buildroot"
echo made >"$system/Config.in"
mkdir -p "$2"
cp "$1" "$2/.config"
cat >"$2/Makefile" <<END
SYSTEM := $system
PLATFORM := $platform
include $platform/rules.mk
END
"$platform/hold.sh" create-build "$system"
`,
  },
  'hold.sh': {
    mode: 0o755,
    content: `#!/bin/sh
[ "$(cat "$2/hold" 2>/dev/null)" = "$1" ] || exit 0
echo ">>> holding in $1"
sleep 300
`,
  },
  // a "half" that an interrupted make leaves behind would be taken for whole by the next one
  'rules.mk': `all: half
	@echo ">>> toy 1.0 Building"
	@echo "a line of the log"
	@echo run >>runs; echo "runs in this volume: $$(wc -l <runs)"
	@mkdir -p images; cp $(SYSTEM)/source.txt images/rootfs
half: FORCE
	@! test -e half || echo "half is left"
	@touch half; $(PLATFORM)/hold.sh make $(SYSTEM) && rm half
FORCE:
system:
	@echo ">>> $(NERVES_ARTIFACT_NAME) Packing"
	@$(PLATFORM)/hold.sh "make system" $(SYSTEM)
	@mkdir $(NERVES_ARTIFACT_NAME); cp -a images $(NERVES_ARTIFACT_NAME)
	@tar -czf $(NERVES_ARTIFACT_NAME).tar.gz $(NERVES_ARTIFACT_NAME); rm -r $(NERVES_ARTIFACT_NAME)
`,
};

/** Options of a system on that platform. */
export const systemOptions = {
  platform: 'demo_br',
  build_runner_config: { docker: { tag: TOOLBOX, pull: 'never' } },
};

export function system(name: string, options: object = systemOptions, targets: object = {}): Files {
  return {
    VERSION: '0.1.0\n',
    nerves_defconfig: '',
    'source.txt': `${name}\n`,
    'project.json': json({
      name,
      targets: { 'build-artifact': { executor: 'nx-docker-artifact:build', options }, ...targets },
    }),
  };
}

export function below(directory: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, file]) => [`${directory}/${path}`, file]));
}

export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
