import { z } from 'zod';

const text = z.string().min(1);

export const consumerOptions = z.strictObject({
  project: text.meta({
    description: 'Nx project that uses the artifact; a new one is made where there is none of that name',
    examples: ['firmware'],
    $default: { $source: 'argv', index: 0 },
    'x-prompt': 'Which project uses the artifact?',
    'x-priority': 'important',
  }),
  system: text.meta({
    description: 'Nx project whose artifact it uses',
    examples: ['rpi4'],
    'x-prompt': 'Whose artifact does it use?',
    'x-dropdown': 'projects',
    'x-priority': 'important',
  }),
  target: text.default('firmware').describe('Its target that uses the artifact'),
  command: text.optional().meta({
    description:
      'What a new target runs, in the directory of the project (default: mix firmware, where there is a mix.exs)',
    examples: ['make firmware'],
  }),
  output: text.optional().meta({
    description:
      'What a new target makes, in the directory of the project (default: dist; of mix firmware, the .fw files)',
    examples: ['build'],
  }),
  directory: text.optional().meta({
    description: 'Directory of a new project, from the workspace root (default: its name)',
    examples: ['apps/firmware'],
  }),
});

export type ConsumerOptions = z.output<typeof consumerOptions>;
