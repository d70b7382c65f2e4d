import type { Writable } from 'node:stream';
import { DEADLINES } from '../../../util/deadlines.js';
import { printable } from '../../../util/lines.js';

/** A terminal, or what stands in for one. */
export type TerminalOutput = Writable & { isTTY?: boolean; columns?: number };

const CLEAR = '\r\x1b[K';

/** The last line of a terminal, which is written anew as time goes by. Whatever else is printed goes above it. */
export class LiveLine {
  private isShown = false;
  private drawnAt = Number.NEGATIVE_INFINITY;
  private readonly timer: NodeJS.Timeout;

  /** @param text what it says now */
  constructor(
    private readonly stdout: TerminalOutput,
    private readonly now: () => number,
    private readonly text: () => string,
  ) {
    this.timer = setInterval(() => this.draw(), DEADLINES.liveLine).unref();
  }

  /** Something has changed; not each change is worth a line, as Nx keeps them all. */
  changed(): void {
    if (this.now() - this.drawnAt >= DEADLINES.liveChange) this.draw();
  }

  /** Makes room for another line. */
  clear(): void {
    if (this.isShown) this.stdout.write(CLEAR);
    this.isShown = false;
  }

  end(): void {
    clearInterval(this.timer);
    this.clear();
  }

  private draw(): void {
    this.drawnAt = this.now();
    this.isShown = true;
    // one that is wrapped would not be overwritten
    const width = (this.stdout.columns || 80) - 1;
    this.stdout.write(
      CLEAR +
        printable(this.text())
          .replaceAll(/[\n\t]/g, ' ')
          .slice(0, width),
    );
  }
}
