import type { ContainerUsers } from '../../backend/types.js';

interface User {
  uid: number;
  gid: number;
}

const ROOT: User = { uid: 0, gid: 0 };
/** How many users a container has where they are others on the host: the usual size of a range in /etc/subuid (subuid(5)). */
const SUBORDINATE = 65_536;

/**
 * The caller, as the containers of an engine number users. In a rootless engine root is the caller, and the caller's own number
 * is somebody else on the host, who would own what reaches it (Docker: "Rootless mode", user_namespaces(7)). With userns-remap
 * nothing reaches it, so that any number will do that there is.
 */
export function callerIn(users: ContainerUsers, caller: User): User {
  if (users === 'same') return caller;
  if (users === 'rootless') return ROOT;
  return Math.max(caller.uid, caller.gid) < SUBORDINATE ? caller : ROOT;
}
