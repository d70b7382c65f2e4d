export interface CacheServer {
  /** What leads Nx to it. */
  env: NodeJS.ProcessEnv;
  /** What was asked and answered: "GET 404", "PUT 200". */
  requests: string[];
  /** Bodies by hash. */
  entries: Map<string, Buffer>;
  /** From now on it answers with this status; undefined ends that. */
  fail(status: number | undefined): void;
  close(): Promise<void>;
}

export function startCacheServer(): Promise<CacheServer>;
