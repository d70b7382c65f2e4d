import { PLUGIN } from '../../../conventions/plugin-names.js';
import { durationText } from '../../../options/units.js';
import { printable } from '../../../util/lines.js';
import type { BuildEvent } from '../events.js';
import { type LogFile, openLogFile } from '../log-file.js';
import type { HandlerOf } from '../reporter.js';
import { startLine } from './texts.js';

/** How a line begins that is ours, and not of a step or an image build. */
export const OWN_LINE = `[${PLUGIN}] `;
/** Bytes of what comes before the file may be opened: an image build prints much less. */
const MOST_PENDING = 8 << 20;

/** `build.log`: every byte that the image build and the steps wrote, in their order, below a line of ours for each phase. */
export interface BuildLog {
  readonly path: string;
  handler: HandlerOf;
  /** Bytes in the file, also those that are still on their way into it. */
  readonly size: number;
  /** Whether there is output that no file has yet. */
  readonly isPending: boolean;
  /** Writes into the file from now on, which begins with what there was before; the previous one is kept. */
  open(): Promise<void>;
  /** Waits until all of it is written. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

type Chunks = Parameters<LogFile['write']>[0];

/** A log that is not on the disk yet: another build of the package may be writing that. */
export function buildLog(path: string, previous: string): BuildLog {
  let file: LogFile | undefined;
  let pending: Buffer[] = [];
  let pendingSize = 0;
  let size = 0;
  let hasOutput = false;
  let lineOpen = false;
  let inStep = false;
  const write = (chunks: Chunks) => {
    if (file) {
      for (const { data } of chunks) size += data.length;
      return file.write(chunks);
    }
    for (const { data } of chunks) {
      if (pendingSize > MOST_PENDING) return;
      pendingSize += data.length;
      pending.push(
        pendingSize > MOST_PENDING ? Buffer.from(`\n${OWN_LINE}the rest is left out\n`) : Buffer.from(data),
      );
    }
  };
  const own = (text: string) => {
    const data = Buffer.from(`${lineOpen ? '\n' : ''}${OWN_LINE}${printable(text).replaceAll('\n', ' ')}\n`);
    lineOpen = false;
    return write([{ data }]);
  };
  const handler: HandlerOf = () => ({
    on(event, at) {
      if (event.type !== 'text') {
        const text = inStep && isRemark(event) ? undefined : ownLine(event, at);
        if (event.type === 'phase_start' || event.type === 'phase_end') inStep = 'argv' in event;
        return text === undefined ? undefined : own(text);
      }
      const last = event.chunks.at(-1)?.data.at(-1);
      if (last === undefined) return;
      lineOpen = last !== 0x0a;
      hasOutput = true;
      return write(event.chunks);
    },
  });
  return {
    path,
    handler,
    get size() {
      return size;
    },
    get isPending() {
      return !file && hasOutput;
    },
    async open() {
      file = await openLogFile(path, previous);
      const data = Buffer.concat(pending);
      size = data.length;
      pending = [];
      await file.write([{ data }]);
    },
    async flush() {
      await file?.flush();
    },
    async close() {
      await file?.close();
    },
  };
}

/** Among the output of a step it would stand within one of its lines. */
function isRemark({ type }: BuildEvent): boolean {
  return type === 'note' || type === 'warning';
}

/** No times in those of phases: two logs of the same build differ in their first and last lines only. */
function ownLine(event: BuildEvent, at: number): string | undefined {
  if (event.type === 'start') return startLine(event);
  if (event.type === 'phase_start' && event.argv) return `${event.phase}: ${commandLine(event.argv)}`;
  if (event.type === 'step' || event.type === 'warning' || event.type === 'note') return event.text;
  if (event.type === 'phase_end') return event.text;
  if (event.type !== 'result') return undefined;
  return `${event.result}${event.code ? ` (${event.code})` : ''} after ${durationText(at)}`;
}

/** The words of a command on one line, in quotes where a shell would take them apart. */
function commandLine(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./{}-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}
