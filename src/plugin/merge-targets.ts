import type { TargetConfiguration } from '@nx/devkit';

/** One target over another, as Nx merges them: one that runs something else takes the place of it. */
export function mergeTargets(base: TargetConfiguration, over: TargetConfiguration): TargetConfiguration {
  if (!isCompatible(base, over)) return over;
  return {
    ...base,
    ...over,
    options: { ...base.options, ...over.options },
    configurations: mergeConfigurations(base.configurations, over.configurations),
  };
}

/** Whether two descriptions of a target may be one. */
export function isCompatible(one: TargetConfiguration, other: TargetConfiguration): boolean {
  const [executor, otherExecutor] = [executorOf(one), executorOf(other)];
  return executor === undefined || otherExecutor === undefined || executor === otherExecutor;
}

/** With the one that a `command` stands for. */
export function executorOf({ executor, command }: TargetConfiguration): string | undefined {
  return command ? 'nx:run-commands' : executor || undefined;
}

type Configurations = TargetConfiguration['configurations'];

function mergeConfigurations(base: Configurations, over: Configurations): Configurations {
  const names = Object.keys({ ...base, ...over });
  return Object.fromEntries(names.map((name) => [name, { ...base?.[name], ...over?.[name] }]));
}
