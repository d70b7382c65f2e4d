import { randomUUID } from 'node:crypto';
import type { OutputChunk } from '../../../backend/types.js';
import { shellWord } from '../../../util/shell-word.js';

/**
 * Functions of sh. `nx_run MARK COMMAND...` runs a command with the mark at the end of each of its outputs: only a program, never one
 * of the shell's own commands, whose `echo` is another. "Killed" is nobody's output.
 */
const RUN = `nx_run() {
  nx_mark=$1; shift
  (exec "$@" 2>&3 3>&-)
  nx_code=$?
  printf '\\000%s %s\\n' "$nx_mark" $nx_code
  printf '\\000%s %s\\n' "$nx_mark" $nx_code >&3
}`;

const SCRIPT = `${RUN}
exec 3>&2 2>/dev/null
nx_run "$@"
exec sleep 2147483647 </dev/null >/dev/null 3>&-`;

/**
 * The same for one command after the other: `nx_serve RUN` has RUN called with what comes over the input, for each command a mark
 * and the command, as words of a shell in one line.
 */
export const SERVE = `${RUN}
nx_lf='
'
nx_serve() {
  nx_call=$1
  while IFS= read -r nx_words; do
    eval "set -- $nx_words"
    $nx_call "$@" </dev/null
  done
}`;

export const SERIES_SCRIPT = `${SERVE}
exec 3>&2 2>/dev/null
nx_serve nx_run
exit 1`;

const LINE_FEED = 0x0a;

/**
 * Says in a command's own output where that ends, and how the command did. The engine's word for it comes when the process is
 * gone: by then an engine has given up on output that is still on its way over a slow line (Docker after 2 s), and nobody
 * knows what a background child has printed since. So the process stays until its container is removed.
 */
export class EndMark {
  private readonly id = randomUUID();
  private readonly start = Buffer.from(`\0${this.id} `);
  private readonly held: Record<1 | 2, Buffer> = { 1: Buffer.alloc(0), 2: Buffer.alloc(0) };
  private readonly codes = new Map<1 | 2, number>();

  /** The command with the mark at the end of each of its outputs. */
  argv(argv: readonly string[]): string[] {
    return ['sh', '-c', SCRIPT, 'sh', this.id, ...argv];
  }

  /** The command as {@link SERVE} takes it. */
  line(argv: readonly string[]): string {
    const words = [this.id, ...argv].map(shellWord).join(' ');
    return `${words.replaceAll('\n', `'"$nx_lf"'`)}\n`; // a line feed is always between quotes
  }

  /** The command's exit code, when both its outputs have ended. */
  get exitCode(): number | undefined {
    return this.codes.size === 2 ? this.codes.get(1) : undefined;
  }

  /** What of the output is the command's. The beginning of a mark is held back until it is one, or not. */
  take(chunks: readonly OutputChunk[]): OutputChunk[] {
    return chunks.flatMap(({ source, data }) =>
      this.ofCommand(source, data)
        .filter(({ length }) => length > 0)
        .map((rest) => ({ source, data: rest })),
    );
  }

  /** What was held back, of an output that has ended without a mark. */
  rest(): OutputChunk[] {
    return ([1, 2] as const).flatMap((source) => {
      const data = this.held[source];
      return data.length > 0 ? [{ source, data }] : [];
    });
  }

  private ofCommand(source: 1 | 2, data: Buffer): Buffer[] {
    if (this.codes.has(source)) return [data]; // a background child's
    const { length } = this.held[source];
    const all = length > 0 ? Buffer.concat([this.held[source], data]) : data;
    const at = all.indexOf(this.start);
    const end = at < 0 ? -1 : all.indexOf(LINE_FEED, at);
    const complete = at < 0 ? all.length - this.beginsAtEnd(all) : at;
    this.held[source] = end < 0 ? all.subarray(complete) : Buffer.alloc(0);
    if (end < 0) return [all.subarray(0, complete)];
    this.codes.set(source, Number(all.toString('latin1', at + this.start.length, end)));
    return [all.subarray(0, at), all.subarray(end + 1)];
  }

  /** How many of the last bytes may be the first of a mark. */
  private beginsAtEnd(data: Buffer): number {
    for (let size = Math.min(this.start.length - 1, data.length); size > 0; size--) {
      if (data[data.length - size] === 0 && this.start.indexOf(data.subarray(-size)) === 0) return size;
    }
    return 0;
  }
}
