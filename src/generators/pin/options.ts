import { z } from 'zod';

export const pinOptions = z.strictObject({
  project: z
    .string()
    .min(1)
    .meta({
      description: 'Nx project whose build image is pinned',
      examples: ['rpi4'],
      $default: { $source: 'argv', index: 0 },
      'x-prompt': 'Whose image is to be pinned?',
      'x-dropdown': 'projects',
      'x-priority': 'important',
    }),
  update: z
    .boolean()
    .default(false)
    .describe('Pull the tag anew, and pin what it leads to now, also where it is pinned already'),
});

export type PinOptions = z.output<typeof pinOptions>;
