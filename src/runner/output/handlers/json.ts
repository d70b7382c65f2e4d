import type { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { drained } from '../../../util/drained.js';
import type { BuildEvent, Phase } from '../events.js';
import type { HandlerOf } from '../reporter.js';

/** Of the format: another number when a name changes its meaning, or goes. docs/output.md describes it. */
const VERSION = 1;

/** Each line has a `version`, that of the format. */
function withoutVersion<T extends { version: string }>({ version, ...event }: T) {
  return { ...event, package_version: version };
}

/** One event on each line, as JSON. @param verbose the output of the build, too, as text */
export function json({ stdout, verbose }: { stdout: Writable; verbose: boolean }): HandlerOf {
  return () => {
    const decoders = new Map<Phase, StringDecoder>();
    const shown = (event: BuildEvent) => {
      if ('version' in event) return withoutVersion(event);
      if (event.type !== 'text') return event;
      const { type, phase, chunks } = event;
      const decoder = decoders.get(phase) ?? new StringDecoder('utf8');
      decoders.set(phase, decoder); // a character may be split
      return { type, phase, text: chunks.map(({ data }) => decoder.write(data)).join('') };
    };
    return {
      on(event, at) {
        if (event.type === 'text' && !verbose) return;
        const line = JSON.stringify({ version: VERSION, at_ms: Math.round(at), ...shown(event) });
        if (!stdout.write(`${line}\n`)) return drained(stdout);
      },
    };
  };
}
