import type { TargetConfiguration } from '@nx/devkit';
import type { RawOptions } from './raw-options.js';

/** The options in every default and every configuration: what any of them depends on is an input. */
export function variants(
  target: TargetConfiguration | undefined,
  defaults: TargetConfiguration[],
): RawOptions[] {
  return [{}, ...defaults].flatMap(({ options, configurations }: TargetConfiguration) => {
    const base = { ...options, ...target?.options };
    const named = Object.values({ ...configurations, ...target?.configurations });
    return [base, ...named.map((own) => ({ ...base, ...own }))];
  });
}
