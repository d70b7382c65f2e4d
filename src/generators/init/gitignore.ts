/** What a build leaves in a package, and the lines of a .gitignore that cover it as well. */
const IGNORED: Record<string, string[]> = {
  '.nerves/': ['.nerves', '**/.nerves', '**/.nerves/'],
  'build.log': ['*.log', 'build.log*', '*.log*', '**/build.log', '**/*.log'],
  'build.log.1': ['build.log.*', 'build.log*', '*.log.*', '*.log*', '*.log.1', '**/build.log.1'],
};

/** The lines that a .gitignore needs and does not have, nor a wider one. */
export function missingLines(text: string): string[] {
  const lines = new Set(text.split('\n').map((line) => line.trimEnd()));
  return Object.entries(IGNORED)
    .filter(([line, wider]) => ![line, ...wider].some((pattern) => lines.has(pattern)))
    .map(([line]) => line);
}

/** The text with these lines at its end, in its own kind of line ends. */
export function withLines(text: string, lines: readonly string[]): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const gap = text === '' ? '' : text.endsWith('\n') ? eol : eol + eol;
  return `${text}${gap}${['# nx-docker-artifact', ...lines].map((line) => line + eol).join('')}`;
}
