import { PassThrough, type Readable } from 'node:stream';
import { create, type TarOptionsWithAliasesAsyncNoFile } from 'tar';

/** A tar stream of `names`. A file that vanishes meanwhile is an error of the stream, not of the process. */
export function tarStream(options: TarOptionsWithAliasesAsyncNoFile, names: string[]): Readable {
  const stream = new PassThrough();
  const pack = create(options, names);
  pack.on('error', (error) => stream.destroy(error as Error));
  pack.pipe(stream as never);
  return stream;
}
