import type { ImageRequest } from '../../backend/types.js';
import type { Report } from './reporter.js';

/** In an address: "http://user:password@proxy:3128". */
const CREDENTIALS = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;

/** Reports what happens to an image. What a RUN prints may be an address with a password: a proxy, a package index. */
export function imageListener(
  report: Pick<Report, 'emit'>,
): Pick<ImageRequest, 'onStep' | 'onLine' | 'onWait'> {
  return {
    onStep: (text) => void report.emit({ type: 'step', phase: 'image', text }),
    onLine: (line) => {
      const last = line.replaceAll(CREDENTIALS, '$1***@');
      const chunks = [{ data: Buffer.from(`${last}\n`) }];
      void report.emit({
        type: 'text',
        phase: 'image',
        chunks,
        lines: 1,
        last: Buffer.from(last).toString('latin1'),
      });
    },
    onWait: (text) => void report.emit({ type: 'note', text }),
  };
}
