import { mkdir } from 'node:fs/promises';
import type { BuildOptionsInput } from '../../src/options/types.js';
import { platform } from '../support/platform.js';
import { BUSYBOX, type Files, type Workspace as WorkspaceFiles, workspaceAt } from '../support/workspace.js';

export const PROJECT = 'systems/alpha';

/**
 * The commands of the build, on an image that has no make. HOLD names the step that waits, by the platform's hold.sh;
 * AFTER what it then fills: the log, the build volume, or the memory. A "target" that an interrupted make leaves half
 * made would be taken for whole by the next one, as make goes by its time. The kernel may kill more than the greediest
 * process: bystanders, as other jobs of make would be, keep it from taking the main process of the container next.
 */
const STEP = `#!/bin/sh
platform=$(dirname "$0")
bystanders() {
  for n in 1 2 3; do { head -c 4000000 /dev/zero; sleep 2; } 2>/dev/null | tail >/dev/null 2>&1 & done
  sleep 0.3
}
hold() {
  [ "$HOLD" = "$1" ] || return 0
  "$platform/hold.sh" "$1" || return
  case "$AFTER" in
    log) yes "a line of the log" | head -c 60000000 ;;
    volume) head -c 400000000 /dev/zero | cat >filler ;;
    memory) bystanders; head -c 300000000 /dev/zero | tail >/dev/null ;;
  esac
}
echo ">>> alpha 0.1.0 $1"
case "$1" in
  create-build)
    [ -e blob ] || { head -c 3000000 /dev/urandom >blob.new && mv blob.new blob; } || exit 1
    hold "$1" || exit ;;
  make)
    trap 'rm -f target; exit 143' TERM
    rm -f filler
    [ -e target ] && exit
    echo half >target
    hold "$1" || { code=$?; rm -f target; exit $code; }
    echo whole >target ;;
  "make system")
    rm -rf "$2" filler
    mkdir -p "$2/tree" && cp blob target "$2" || exit 1
    hold "$1" || exit
    for n in $(seq 300); do echo $n >"$2/tree/$n"; done
    tar czf "$2.tar.gz" "$2" && rm -r "$2" ;;
  shell) hold "$1" ;;
esac
`;

export interface Workspace extends WorkspaceFiles {
  /** Its options, with more for one run. */
  options: BuildOptionsInput;
  /** What a run gets in its environment besides the engine. */
  env: NodeJS.ProcessEnv;
  /** Its own, for temporary files. */
  temporary: string;
}

/** A workspace with one package on the platform, below `root`, which is there. */
export async function makeWorkspace(root: string, more: BuildOptionsInput = {}): Promise<Workspace> {
  const workspace = workspaceAt(root);
  const { path } = workspace;
  await workspace.write({
    [`${PROJECT}/VERSION`]: '0.1.0\n',
    [`${PROJECT}/nerves_defconfig`]: '',
    [`${PROJECT}/Dockerfile`]: `FROM ${BUSYBOX}\nRUN sleep 1.5; head -c 2000000 /dev/zero | cat >/blob\n`,
    ...Object.fromEntries(Object.entries(platform).map(([name, file]) => [`platform/${name}`, file])),
    'platform/step.sh': { content: STEP, mode: 0o755 },
    'platform/big': 'x'.repeat(300_000),
    ...commandsOfHost(path('unpacking')),
  });
  const step = '{platform_dir}/step.sh';
  await mkdir(path('tmp'));
  return {
    ...workspace,
    temporary: path('tmp'),
    env: { PATH: `${path('bin')}:${process.env.PATH}`, TMPDIR: path('tmp') },
    options: {
      platform: 'platform',
      checksum: ['nerves_defconfig'],
      dl_dir: path('dl'),
      build_runner_config: { docker: { tag: BUSYBOX, pull: 'never' } },
      build_runner_opts: {
        commands: {
          create_build: [step, 'create-build'],
          make: [step, 'make'],
          archive: [step, 'make system', '{artifact_name}'],
        },
      },
      ...more,
    },
  };
}

/**
 * Commands of the host in front of the real ones: a tar that, where HOLD.please is there, makes HOLD in the middle
 * of unpacking and waits until it is gone; and no docker, so that images are built by the engine, where their
 * containers can be seen.
 */
function commandsOfHost(hold: string): Files {
  const action = `exec=echo >>${hold}; while test -e ${hold}; do sleep 0.05; done`;
  const tar = `#!/bin/sh
PATH=\${PATH#*:}
case " $* " in
  *" -x "*) [ -e ${hold}.please ] && exec tar --checkpoint=200 --checkpoint-action='${action}' "$@" ;;
esac
exec tar "$@"
`;
  return {
    'bin/tar': { content: tar, mode: 0o755 },
    'bin/docker': { content: '#!/bin/sh\nexit 1\n', mode: 0o755 },
  };
}
