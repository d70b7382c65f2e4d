import { debuglog } from 'node:util';
import { PLUGIN } from '../conventions/plugin-names.js';

/**
 * The debug log: `NODE_DEBUG=nx-docker-artifact` prints it to standard error (Node: util.debuglog). It has every request
 * to the engine, every deadline that passed, every decision; no secret, no header, no query of a request. Off, a call
 * costs nothing but its arguments: `debug.enabled` guards what is expensive to say.
 */
export const debug = debuglog(PLUGIN);
