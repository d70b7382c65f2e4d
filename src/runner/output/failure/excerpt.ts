import { type FileHandle, open } from 'node:fs/promises';
import { shown } from './diagnostics.js';

/** As much is read around a line; of longer ones than that nothing is shown. */
const WINDOW = 64 << 10;
const NEWLINE = 0x0a;

/** A part of a log. */
export interface Part {
  /** In bytes. */
  from: number;
  to: number;
}

/** Lines of a log before and after a place in it, as they stand there. */
export interface Around {
  before: string[];
  after: string[];
}

/** A log that is on the disk, and not written to meanwhile. */
export class LogReader {
  private constructor(
    private readonly file: FileHandle,
    private readonly part: Part,
  ) {}

  /** @param part what is shown of the log: a step's output */
  static async read<T>(path: string, part: Part, use: (log: LogReader) => Promise<T>): Promise<T> {
    const file = await open(path);
    try {
      return await use(new LogReader(file, part));
    } finally {
      await file.close();
    }
  }

  /** The numbers of the lines with these places, which ascend; as `sed -n 12p` counts, from 1. */
  async numbers(places: readonly number[]): Promise<number[]> {
    const numbers: number[] = [];
    const buffer = Buffer.alloc(1 << 20);
    let [line, position] = [1, 0];
    for (const place of places) {
      while (position < place) {
        const { bytesRead } = await this.file.read(
          buffer,
          0,
          Math.min(buffer.length, place - position),
          position,
        );
        if (bytesRead === 0) break;
        line += countNewlines(buffer.subarray(0, bytesRead));
        position += bytesRead;
      }
      numbers.push(line);
    }
    return numbers;
  }

  /** At most `count` lines on each side of the line of a place. */
  async around(place: number, count: number): Promise<Around> {
    const { from, to } = this.part;
    const start = Math.max(from, place - WINDOW);
    const before = (await this.text(start, place)).split('\n').slice(0, -1);
    if (start > from) before.shift(); // cut off, or empty
    const after = (await this.text(place, Math.min(to, place + WINDOW))).split('\n').slice(1);
    if (after.at(-1) === '') after.pop(); // what ended with a newline
    return { before: before.slice(-count).map(lineOf), after: after.slice(0, count).map(lineOf) };
  }

  private async text(from: number, to: number): Promise<string> {
    const buffer = Buffer.alloc(Math.max(0, to - from));
    const { bytesRead } = await this.file.read(buffer, 0, buffer.length, from);
    return buffer.toString('latin1', 0, bytesRead);
  }
}

function countNewlines(data: Buffer): number {
  let count = 0;
  for (let at = data.indexOf(NEWLINE); at >= 0; at = data.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

/** Of a line that was written over, as progress is, what was there last. */
function lineOf(text: string): string {
  const last = text.split('\r').findLast((part) => part !== '') ?? '';
  return shown(last).trimEnd();
}
