import { z } from 'zod';
import { nameOption } from '../shared/name-option.js';

const text = z.string().min(1);

export const systemOptions = z.strictObject({
  name: nameOption('system', 'rpi4'),
  directory: text.optional().meta({
    description: 'Its directory, from the workspace root (default: systems/<name>)',
    examples: ['systems/rpi4'],
  }),
  platform: text.meta({
    description: 'Its platform: an Nx project, or a directory from the workspace root',
    examples: ['nerves_system_br', 'deps/nerves_system_br'],
    'x-prompt': 'Which platform is it built with: an Nx project, or a directory from the workspace root?',
    'x-priority': 'important',
  }),
  dockerfile: z
    .boolean()
    .default(false)
    .describe("Also create a Dockerfile based on the platform's image, and have project.json use it"),
});

export type SystemOptions = z.output<typeof systemOptions>;
