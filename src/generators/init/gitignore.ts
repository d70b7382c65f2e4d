import { BUILD_LOG, NERVES_DIR, PREVIOUS_LOG } from '../../conventions/own-outputs.js';

/** What a build leaves in a package, and the lines of a .gitignore that cover it as well. */
const IGNORED: Record<string, string[]> = {
  [`${NERVES_DIR}/`]: [NERVES_DIR, `**/${NERVES_DIR}`, `**/${NERVES_DIR}/`],
  [BUILD_LOG]: ['*.log', `${BUILD_LOG}*`, '*.log*', `**/${BUILD_LOG}`, '**/*.log'],
  [PREVIOUS_LOG]: [`${BUILD_LOG}.*`, `${BUILD_LOG}*`, '*.log.*', '*.log*', '*.log.1', `**/${PREVIOUS_LOG}`],
};

/** The lines that a .gitignore needs and does not have, nor a wider one. */
export function missingLines(text: string): string[] {
  const lines = new Set(text.split('\n').map((line) => line.trimEnd()));
  return Object.entries(IGNORED)
    .filter(([line, wider]) => ![line, ...wider].some((pattern) => lines.has(pattern)))
    .map(([line]) => line);
}
