import { z } from 'zod';

export const importOptions = z.strictObject({
  mixfile: z
    .string()
    .min(1)
    .meta({
      description: 'Path of the mix.exs, from the workspace root; its directory becomes the project',
      examples: ['systems/rpi4/mix.exs'],
      $default: { $source: 'argv', index: 0 },
      'x-prompt': 'Which mix.exs, from the workspace root?',
      'x-priority': 'important',
    }),
  overwrite: z
    .boolean()
    .default(false)
    .describe('Where project.json differs from mix.exs, take what mix.exs says'),
});

export type ImportOptions = z.output<typeof importOptions>;
