/** "812 kB", "1.2 MB", "34.5 GB": as Docker counts, by powers of 1000. */
export function sizeText(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1000)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** "1 file", "2 files" */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Of milliseconds: "0:07", "59:59", "1:00:00" */
export function durationText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** "4g" in bytes, by powers of 1024 as the docker CLI counts. */
export function bytes(size: string | number | undefined): number | undefined {
  if (size === undefined || typeof size === 'number') return size;
  const power = 'bkmg'.indexOf(/[bkmg]$/i.exec(size)?.[0].toLowerCase() ?? 'b');
  return Math.round(Number.parseFloat(size) * 1024 ** power);
}

const UNITS: [string, number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** "3 days ago", "1 hour ago", "just now" */
export function ago(time: Date, now: Date): string {
  const seconds = (now.getTime() - time.getTime()) / 1000;
  const [unit, length] = UNITS.find(([, least]) => seconds >= least) ?? [];
  if (!unit || !length) return 'just now';
  return `${countText(Math.floor(seconds / length), unit)} ago`;
}
