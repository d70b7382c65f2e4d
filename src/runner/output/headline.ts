import { readable } from '../../util/lines.js';

/**
 * `>>> busybox 1.36.1 Building`, plain or, as Buildroot prints it on a terminal, in reverse video; crosstool-NG's
 * `[INFO ]  Installing final gcc compiler`, but not its lines of "=".
 */
const HEADLINE = /^(?:\x1b\[[0-9;]*m)*(?:>>> |\[INFO \] {2}(?!=))/;

/** Finds the headline in a log line (latin1, as of `Lines`), without its escape sequences. */
export type HeadlineOf = (line: string) => string | undefined;

/** @param pattern of the option `headline`: what is a headline instead of Buildroot's and crosstool-NG's */
export function headlines(pattern?: string): HeadlineOf {
  if (pattern === undefined) return (line) => (HEADLINE.test(line) ? readable(line).trimEnd() : undefined);
  const own = new RegExp(pattern);
  return (line) => {
    const text = readable(line).trimEnd();
    return own.test(text) ? text : undefined;
  };
}
