import { z } from 'zod';

const text = z.string().min(1);

export const toolchainOptions = z.strictObject({
  name: text.meta({
    description: 'Name of the project and of the package: lower-case letters, digits, "_", "." and "-"',
    examples: ['riscv_toolchain'],
    $default: { $source: 'argv', index: 0 },
    'x-prompt': 'What is the toolchain called?',
    'x-priority': 'important',
  }),
  directory: text.optional().meta({
    description: 'Its directory, from the workspace root (default: toolchains/<name>)',
    examples: ['toolchains/riscv_toolchain'],
  }),
});

export type ToolchainOptions = z.output<typeof toolchainOptions>;
