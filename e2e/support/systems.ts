import { platform } from '../../test/support/platform.js';
import { type Files, NETWORK, TOOLBOX } from '../../test/support/workspace.js';

/** The platform as an Nx project. */
export function platformProject(name: string): Files {
  return { ...platform, 'project.json': json({ name, targets: {} }) };
}

/** Options of a system on that platform. */
export const systemOptions = {
  platform: 'demo_br',
  build_runner_config: { docker: { tag: TOOLBOX, pull: 'never' }, network: NETWORK },
};

/** The targets of a package, those that are inferred too, sorted. */
export const TARGETS = ['archive', 'build-artifact', 'clean', 'shell', 'status', 'timing'];

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
