import type { TargetConfiguration } from '@nx/devkit';
import type { RawOptions } from './raw-options.js';

/** The options by default and in every configuration: what any of them depends on is an input. */
export function variants({ options, configurations }: TargetConfiguration): RawOptions[] {
  return [options ?? {}, ...Object.values(configurations ?? {}).map((own) => ({ ...options, ...own }))];
}
