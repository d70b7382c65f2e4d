import { ensurePrograms } from './programs.mjs';

/** Vitest's global set-up of the tests in a browser. */
export default () => ensurePrograms(['chromium']);
