import { Transform, type TransformCallback } from 'node:stream';
import type { OutputChunk } from '../../../backend/types.js';

const HEADER = 8;

/**
 * Takes the engine's multiplexed stream apart (Docker API, ContainerAttach "Stream format": 8 header bytes,
 * the first is the source, the last four the big-endian length), into {@link OutputChunk}s in the order received:
 * one array of them for each chunk, as a million tiny frames would drown in stream events.
 * Constant memory whatever the size of a frame, linear in the number of frames, and with backpressure, which
 * `modem.demuxStream` has none of.
 */
export class DemuxStream extends Transform {
  private header = Buffer.alloc(HEADER);
  private headerLength = 0;
  private left = 0;
  private source: 1 | 2 = 1;

  constructor() {
    super({ readableObjectMode: true });
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const output: OutputChunk[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.left === 0) {
        at += this.readHeader(chunk, at);
        if (this.headerLength < HEADER) break;
        this.headerLength = 0;
        this.source = this.header[0] === 2 ? 2 : 1;
        this.left = this.header.readUInt32BE(4);
      } else {
        const end = Math.min(chunk.length, at + this.left);
        output.push({ source: this.source, data: chunk.subarray(at, end) });
        this.left -= end - at;
        at = end;
      }
    }
    if (output.length > 0) this.push(output);
    done();
  }

  private readHeader(chunk: Buffer, at: number): number {
    const taken = Math.min(HEADER - this.headerLength, chunk.length - at);
    chunk.copy(this.header, this.headerLength, at, at + taken);
    this.headerLength += taken;
    return taken;
  }

  /** A stream that ends inside a frame was cut: its last line must not pass for a complete one. */
  override _flush(done: TransformCallback): void {
    done(this.left > 0 || this.headerLength > 0 ? new Error('the log stream was cut inside a frame') : null);
  }
}
