import { z } from 'zod';

/**
 * The name of a package that a generator makes: the first word of the command, or what it asks for.
 * @param kind what it is called in the question: "system"
 */
export function nameOption(kind: string, example: string) {
  return z
    .string()
    .min(1)
    .meta({
      description: 'Name of the project and of the package: lower-case letters, digits, "_", "." and "-"',
      examples: [example],
      $default: { $source: 'argv', index: 0 },
      'x-prompt': `What is the ${kind} called?`,
      'x-priority': 'important',
    });
}
