import type { Labels } from '../../conventions/labels.js';

/** A filter for the engine's list calls: all of `labels` must match. */
export function labelFilter(labels: Labels): { label: string[] } {
  return { label: Object.entries(labels).map(([key, value]) => `${key}=${value}`) };
}
