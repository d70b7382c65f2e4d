import { readable } from '../../util/lines.js';
import { packageStep } from '../timing/package-step.js';

/**
 * `>>> busybox 1.36.1 Building`, plain or, as Buildroot prints it on a terminal, in reverse video; crosstool-NG's
 * `[INFO ]  Installing final gcc compiler`, but not its lines of "=".
 */
const HEADLINE = /^(?:\x1b\[[0-9;]*m)*(?:>>> |\[INFO \] {2}(?!=))/;

const REVERSE = '\x1b[7m';
const ENDS = / (?:\w+ing|Installing to .+)$/;

/** Finds the headline in a log line (latin1, as of `Lines`), without its escape sequences. */
export type HeadlineOf = (line: string) => string | undefined;

/** @param pattern of the option `headline`: what is a headline instead of Buildroot's and crosstool-NG's */
export function headlines(pattern?: string): HeadlineOf {
  if (pattern === undefined)
    return (line) => (HEADLINE.test(line) ? readable(line).trimEnd() : headlineWithin(line));
  const own = new RegExp(pattern);
  return (line) => {
    const text = readable(line).trimEnd();
    return own.test(text) ? text : undefined;
  };
}

/** One of Buildroot's after what another job of a parallel make had printed of a line, as "checking for stricmp... ". */
function headlineWithin(line: string): string | undefined {
  const at = line.indexOf('>>> ', 1);
  if (at < 0) return undefined;
  const text = readable(line.slice(at)).trimEnd();
  const isMarked = line.slice(0, at).endsWith(REVERSE);
  return isMarked || (ENDS.test(text) && packageStep(text)) ? text : undefined;
}
