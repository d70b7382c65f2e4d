/**
 * Every time limit, in milliseconds, each with its reason. Nx sends SIGKILL this long after it has asked an executor
 * to end: everything that follows an interrupt must fit in.
 */
export const NX_KILLS_AFTER_MS = 5_000;

export const DEADLINES = {
  /** To answer GET /version, and GET /info: an engine that is busy answers late, one behind a dead route never. */
  connect: 10_000,
  /** To answer any other question: an engine that works for others may be slow. */
  answer: 60_000,
  /** To delete an image or a volume: it may have a million files. */
  deletion: 600_000,
  /** All answers until a container is held, where the caller does not want to wait: 5 s are promised. */
  noWait: 4_500,
  /** For ssh to log in on another machine, by way of others. */
  tunnel: 30_000,
  /** What an interrupted build may still take, three times at most: an answer that says what there is to remove, the
   * processes in the container to end by a TERM, a program of the host to end by a TERM. */
  grace: 1_500,
  /** What an interrupted shell's changes may take to come back to the host, before its processes get their grace. */
  bringBack: 2_500,
  /** From the start of a container until its main process says that it is up; an ENTRYPOINT runs before. */
  start: 60_000,
  /** For a container to end by itself, before it is killed. */
  exit: 500,
  /** To remove a container: the engine may have been busy with it. */
  remove: 10_000,
  /** After this much of it a line says so. */
  slowRemoval: 3_000,
  /** To remove the container that somebody else has left, before anything is built. */
  reap: 30_000,
  /** To report how a command ended whose output has: the network may be gone silently. */
  exitCode: 20_000,
  /** How long an engine may say nothing of a command that runs: a laptop sleeps, an engine is busy. */
  silentEngine: 60_000,
  /** How often a command is looked at whose output is still open. */
  execPoll: 1_000,
  /** How long the output of one that was ended from outside must be silent after its end, ... */
  execDrain: 2_000,
  /** ... and how long a background child that goes on printing holds the step. */
  execLongestDrain: 6_000,
  /** To find out whether a lost container ran out of memory. */
  events: 5_000,
  /** For another process of this machine to say who it is. */
  greeting: 1_500,
  /** How often a lock that somebody else holds is tried again. */
  lockPoll: 500,
  /** A container is started within a second of its creation: one that is older and still not is abandoned. */
  neverStarted: 60_000,
  /** A container ends itself within 2 s of its holder; an engine that did not notice the holder's end gets no longer. */
  orphan: 5_000,
  /** The same where the caller does not want to wait: time for a TERM and the removal is left. */
  orphanNoWait: 1_500,
  /** A container in use has a command from its first second on, but for a slow ENTRYPOINT; one without any is nobody's. */
  unattended: 120_000,
  /** For a program of the host that only answers a question: the docker CLI, a credential helper. */
  program: 10_000,
  /** The CLI of Docker 20.10 ignores a TERM while its standard input is the context of a build. */
  buildKill: 1_000,
  /** How long a package is being built before it is asked what else there is to build: a short build is over by then. */
  askBuildOrder: 2_000,
  /** For make to answer that, which reads all of Buildroot's makefiles: seconds, and on a busy machine many. */
  buildOrder: 60_000,
  /** For make to say what each of its packages needs, which is much more to print. */
  dependencies: 120_000,
  /** How often a container is asked what it uses: some hundred times in an hour, and never in a short build. */
  usage: 5_000,
  /** How often a tool's own count is reported, ... */
  progress: 1_000,
  /** ... how often a line says how far the build is, ... */
  progressLine: 60_000,
  /** ... and how often, on a terminal, the last line is written anew: as time goes by, ... */
  liveLine: 5_000,
  /** ... and at most, where something changes. */
  liveChange: 2_000,
  /** How old what `status` reads of a build that runs may be. */
  runningFile: 1_000,
  /** After this much silence a line says that the build still runs; each further one takes twice as long, ... */
  silence: 10_000,
  /** ... up to this. */
  longestSilence: 60_000,
} as const;
