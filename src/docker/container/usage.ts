import type Docker from 'dockerode';
import type { ContainerUsage } from '../../backend/types.js';

/**
 * What a running container uses now (Docker API, ContainerStats; `one-shot`, as of 1.41, does not wait a second for another
 * sample). Memory is counted as `docker stats` does: without the files that the kernel would give up first.
 */
export async function usageOf(container: Docker.Container): Promise<ContainerUsage | undefined> {
  const { cpu_stats: cpu, memory_stats: memory } = await container.stats({ stream: false, 'one-shot': true });
  const worked = cpu?.cpu_usage?.total_usage ?? 0;
  if (worked === 0) return undefined;
  const { total_inactive_file: first, inactive_file: second = 0 } = memory?.stats ?? {}; // of cgroup v1, and v2
  return {
    cores: cpu.online_cpus ?? cpu.cpu_usage.percpu_usage?.length ?? 1,
    cpuMs: worked / 1e6,
    memory: Math.max(0, (memory?.usage ?? 0) - (first ?? second)),
    memoryLimit: memory?.limit ?? 0,
  };
}
