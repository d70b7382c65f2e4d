import { Transform, type TransformCallback } from 'node:stream';

/** Whether a process takes commands over its input, see SERVE. */
export function takesCommands({ Cmd = [] }: { Cmd?: string[] }): boolean {
  return Cmd[2]?.includes('nx_serve nx_run') ?? false;
}

/** Passes on what a client sends to a process that takes commands, command by command, each when `pass` gives true. */
export class PassedCommands extends Transform {
  private text = '';

  constructor(private readonly pass: (command: string) => Promise<boolean>) {
    super();
  }

  override async _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback) {
    const lines = (this.text + chunk.toString('latin1')).split('\n');
    this.text = lines.pop() ?? '';
    for (const line of lines) {
      const [, ...words] = wordsOf(line);
      const command = Buffer.from(words.join(' '), 'latin1').toString();
      if (words.length === 0 || (await this.pass(command))) this.push(Buffer.from(`${line}\n`, 'latin1'));
    }
    done();
  }
}

function wordsOf(line: string): string[] {
  const words = line.match(/'(?:[^']|'\\''|'"\$nx_lf"')*'|[^\s']+/g) ?? [];
  return words.map((word) =>
    word.replace(/^'|'$/g, '').replaceAll("'\\''", "'").replaceAll(`'"$nx_lf"'`, '\n'),
  );
}
