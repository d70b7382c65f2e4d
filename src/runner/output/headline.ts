import { readable } from '../../util/lines.js';

/** `>>> busybox 1.36.1 Building`, plain or, as Buildroot prints it on a terminal, in reverse video. */
const HEADLINE = /^(?:\x1b\[[0-9;]*m)*>>> /;

/** The headline in a log line (latin1, as of `Lines`) without its escape sequences, or undefined. */
export function headlineOf(line: string): string | undefined {
  return HEADLINE.test(line) ? readable(line).trimEnd() : undefined;
}
