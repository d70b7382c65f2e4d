import { z } from 'zod';
import { nameOption } from '../shared/name-option.js';

const text = z.string().min(1);

export const toolchainOptions = z.strictObject({
  name: nameOption('toolchain', 'riscv_toolchain'),
  directory: text.optional().meta({
    description: 'Its directory, from the workspace root (default: toolchains/<name>)',
    examples: ['toolchains/riscv_toolchain'],
  }),
});

export type ToolchainOptions = z.output<typeof toolchainOptions>;
