import { z } from 'zod';

const text = z.string().min(1);

export const systemOptions = z.strictObject({
  name: text.meta({
    description: 'Name of the project and of the package: lower-case letters, digits, "_", "." and "-"',
    examples: ['rpi4'],
    $default: { $source: 'argv', index: 0 },
    'x-prompt': 'What is the system called?',
    'x-priority': 'important',
  }),
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
