import { StringDecoder } from 'node:string_decoder';

/** One message of the engine's streams of pulls, builds and events (Docker API, ImageCreate, ImageBuild, SystemEvents). */
export interface Progress {
  stream?: string;
  status?: string;
  id?: string;
  error?: string;
  errorDetail?: { message?: string };
  aux?: { ID?: string };
  /** Of an event. */
  Actor?: { Attributes?: Record<string, string> };
  progressDetail?: { current?: number; total?: number };
}

/**
 * Parses the newline-delimited JSON of a pull or build. A message may be split anywhere, also inside a UTF-8
 * sequence, and the last line may lack its newline. `followProgress` of docker-modem takes a failed build for
 * a good one; here the caller sees the `error` message like any other.
 * @throws SyntaxError when a line is not JSON
 */
export async function* progress(chunks: AsyncIterable<Buffer>): AsyncGenerator<Progress> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line);
  }
  rest += decoder.end();
  if (rest.trim() !== '') yield JSON.parse(rest);
}
