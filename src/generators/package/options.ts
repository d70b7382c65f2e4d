import { z } from 'zod';
import { nameOption } from '../shared/name-option.js';

const text = z.string().min(1);

export const packageOptions = z.strictObject({
  name: nameOption('package', 'hello'),
  directory: text.optional().meta({
    description: 'Its directory, from the workspace root (default: packages/<name>)',
    examples: ['packages/hello'],
  }),
});

export type PackageOptions = z.output<typeof packageOptions>;
