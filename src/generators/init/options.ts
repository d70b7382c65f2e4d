import { z } from 'zod';

/** There is nothing to choose. */
export const initOptions = z.strictObject({});
