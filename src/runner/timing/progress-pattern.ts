import { readable } from '../../util/lines.js';

/** How far a tool says that it is. */
export interface Count {
  done: number;
  total: number;
  name?: string;
}

/** Finds it in a log line (latin1, as of `Lines`). */
export type CountOf = (line: string) => Count | undefined;

/** Ninja's and Meson's "[12/345] Building x.o", CMake's "[ 12%] Building x.o". */
const OUT_OF = /^\[ *(\d+)\/(\d+)\] *(.*)$/;
const PERCENT = /^\[ *(\d+)%\] *(.*)$/;
/** "[": most lines do not begin with it, and a build prints a million of them. */
const BRACKET = 0x5b;

/** @param pattern of the option `progress`, with the named groups done, total (100 where it has none) and name */
export function counts(pattern?: string): CountOf {
  if (pattern === undefined) return (line) => (line.charCodeAt(0) === BRACKET ? known(line) : undefined);
  const own = new RegExp(pattern);
  return (line) => {
    const { done, total = '100', name } = own.exec(readable(line))?.groups ?? {};
    return valid({ done: Number(done), total: Number(total), name });
  };
}

function known(line: string): Count | undefined {
  const [, done, total, name] = OUT_OF.exec(line) ?? [];
  if (done !== undefined)
    return valid({ done: Number(done), total: Number(total), name: name && readable(name) });
  const [, percent, what] = PERCENT.exec(line) ?? [];
  return percent === undefined
    ? undefined
    : valid({ done: Number(percent), total: 100, name: what && readable(what) });
}

function valid(count: Count): Count | undefined {
  return count.done >= 0 && count.done <= count.total && count.total > 0 ? count : undefined;
}
