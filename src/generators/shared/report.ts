import { logger } from '@nx/devkit';

/** What a generator reports to its user. */
export interface Report {
  lines: string[];
  warnings: string[];
}

export function print({ lines, warnings }: Report): void {
  logger.info(lines.join('\n'));
  for (const warning of warnings) logger.warn(`warning: ${warning}`);
}
