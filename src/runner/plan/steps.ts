import type { Package } from '../../artifact/package.js';
import { PLATFORM_DIR } from '../../conventions/container-paths.js';
import { shellWord } from '../../util/shell-word.js';
import { refuseCallerVariables, withCallerValues } from './caller-values.js';
import { platformCommands } from './platform-commands.js';
import { packageDir } from './sources.js';
import { fillTemplate } from './template.js';

/** One command of a build. */
export interface Step {
  name: 'create-build' | 'make' | 'make system' | 'pack';
  argv: string[];
  /** The argv with `{env:NAME}` for what the caller's variables give, which may be secrets: what is shown and kept. */
  shown: string[];
  workdir: string;
}

type Values = Record<string, string | readonly string[]>;

/**
 * The commands of a build: the package's own, else those of its platform. Without a
 * platform there is no create-build but the package's own.
 * @param env of the caller, for the values in make_args
 * @throws ArtifactError BAD_OPTION for a placeholder that there is not
 */
export function buildSteps(pkg: Package, workdir: string, env: NodeJS.ProcessEnv): Step[] {
  const values: Values = {
    package_dir: packageDir(pkg),
    platform_dir: PLATFORM_DIR,
    defconfig: `${packageDir(pkg)}/${pkg.options.platform_config.defconfig}`,
    workdir,
    artifact_name: pkg.downloadName,
  };
  const { commands: own, files, make_args } = pkg.options.build_runner_opts;
  const asWritten = { ...values, make_args };
  const asRun = { ...values, make_args: withCallerValues(make_args, env) };
  const step = (name: Step['name'], command: string | readonly string[]): Step => {
    refuseCallerVariables([command].flat());
    return { name, argv: filled(command, asRun), shown: filled(command, asWritten), workdir };
  };
  const ofPlatform = platformCommands(pkg);
  const createBuild = own?.create_build ?? (pkg.platform && ofPlatform.create_build);
  return [
    ...(createBuild ? [step('create-build', createBuild)] : []),
    step('make', own?.make ?? ofPlatform.make),
    ...(files ? [] : [step('make system', own?.archive ?? ofPlatform.archive)]), // see pack.ts
  ];
}

function filled(command: string | readonly string[], values: Values): string[] {
  return typeof command === 'string' ? shellLine(command, values) : fillTemplate(command, values);
}

/** As the shell form of RUN in a Dockerfile. A value goes in as one word, a list as one word for each element. */
function shellLine(line: string, values: Values): string[] {
  const words = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? shellWord(value) : value.map(shellWord),
  ]);
  return ['sh', '-c', fillTemplate([line], Object.fromEntries(words)).join(' ')];
}
