/** A line is judged by its beginning: what comes after is in build.log, not in memory. */
const LONGEST = 4096;

/**
 * Cuts a byte stream into lines, at `\n` and at `\r`, in constant memory, and hands out the first 4 KiB of each as
 * latin1, one character a byte, and where it began. Call {@link end} for a last line without its newline.
 */
export class Lines {
  private rest = '';
  private restAt = 0;

  constructor(private readonly onLine: (line: string, at: number) => void) {}

  /** @param at where the data is in what it is a part of; a line may have begun anywhere before */
  push(data: Buffer, at = 0): void {
    const lines = (this.rest + data.toString('latin1')).split(/[\n\r]/);
    let begin = this.rest === '' ? at : this.restAt;
    let next = at - this.rest.length;
    const last = lines.pop() ?? '';
    for (const line of lines) {
      next += line.length + 1;
      if (line !== '') this.onLine(line.length > LONGEST ? line.slice(0, LONGEST) : line, begin);
      begin = next;
    }
    this.rest = last.length > LONGEST ? last.slice(0, LONGEST) : last;
    this.restAt = begin;
  }

  end(): void {
    if (this.rest !== '') this.onLine(this.rest, this.restAt);
    this.rest = '';
  }
}

/** The text of a latin1 line: its bytes read as UTF-8, without escape sequences and control characters. */
export function readable(line: string): string {
  return printable(Buffer.from(line, 'latin1').toString('utf8'));
}

/**
 * What a terminal prints as it stands: without escape sequences and control characters, but for newlines and tabs. For
 * whatever came from a container, an image build, an engine or another process.
 */
export function printable(text: string): string {
  return withoutEscapes(text).replaceAll(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '');
}

/** Without what a terminal takes for colours, titles, links and the like (ECMA-48). */
export function withoutEscapes(text: string): string {
  if (!text.includes('\x1b')) return text;
  return text.replaceAll(
    /\x1b(\[[0-9;:<=>?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|[ -/]+[0-~]|[0-~])/g,
    '',
  );
}
