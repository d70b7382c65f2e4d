import { PassThrough, type Readable } from 'node:stream';
import type { TarOptionsWithAliasesAsyncNoFile } from 'tar';

/** A tar stream of `names`. A file that vanishes meanwhile is an error of the stream, not of the process. */
export function tarStream(options: TarOptionsWithAliasesAsyncNoFile, names: string[]): Readable {
  const stream = new PassThrough();
  const fill = async () => {
    const { create } = await import('tar'); // most runs copy nothing
    const pack = create(options, names);
    pack.on('error', (error) => stream.destroy(error as Error));
    pack.pipe(stream as never);
  };
  void fill().catch((error: Error) => stream.destroy(error));
  return stream;
}
