import { Transform } from 'node:stream';

/**
 * One direction of a line that all connections share: what it is given arrives later, and not faster than it can send. A proxy
 * can do it without `tc netem`, which a kernel may not have.
 * @param {{ delay: number, bitsPerSecond: number }} line the delay in milliseconds
 * @returns {() => Transform} for each connection
 */
export function slowLine({ delay, bitsPerSecond }) {
  let free = 0; // when it has sent all that it was given
  return () => {
    /** @type {Buffer[]} */
    const travelling = [];
    return new Transform({
      transform(chunk, _encoding, done) {
        const now = performance.now();
        free = Math.max(now, free) + (8000 * chunk.length) / bitsPerSecond;
        travelling.push(chunk);
        setTimeout(() => this.push(travelling.shift()), free - now + delay); // whichever timer is first: in their order
        setTimeout(done, free - now);
      },
      flush(done) {
        const wait = () => (travelling.length > 0 ? setTimeout(wait, 1) : done());
        wait();
      },
    });
  };
}
