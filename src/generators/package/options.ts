import { z } from 'zod';

const text = z.string().min(1);

export const packageOptions = z.strictObject({
  name: text.meta({
    description: 'Name of the project and of the package: lower-case letters, digits, "_", "." and "-"',
    examples: ['hello'],
    $default: { $source: 'argv', index: 0 },
    'x-prompt': 'What is the package called?',
    'x-priority': 'important',
  }),
  directory: text.optional().meta({
    description: 'Its directory, from the workspace root (default: packages/<name>)',
    examples: ['packages/hello'],
  }),
});

export type PackageOptions = z.output<typeof packageOptions>;
