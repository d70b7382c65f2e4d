import { PLUGIN } from '../../conventions/plugin-names.js';

/** The text with these lines at its end, in its own kind of line ends. */
export function withLines(text: string, lines: readonly string[]): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const gap = text === '' ? '' : text.endsWith('\n') ? eol : eol + eol;
  return `${text}${gap}${[`# ${PLUGIN}`, ...lines].map((line) => line + eol).join('')}`;
}
