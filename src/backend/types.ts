import type { Readable, Writable } from 'node:stream';
import type { Labels } from '../conventions/labels.js';
import type { ContainerPlan, FoundImage, Image, ImagePlan } from './plans.js';

/**
 * What an engine must be able to do for a build, in our own words. Whatever it answers with, only an ArtifactError comes
 * out of it, but for what a caller's own function throws.
 */
export interface Backend {
  readonly capabilities: Capabilities;
  readonly volumes: Volumes;
  readonly resources: Resources;
  /** Ends the way to the engine; what was asked of it before is over by then. */
  close(): Promise<void>;
  /** Whether its containers can use these directories of ours. `labels` go on what it takes to find that out. */
  sees(directories: readonly string[], labels: Labels): Promise<boolean>;
  /** @throws ArtifactError IMAGE_MISSING, IMAGE_BUILD_FAILED, LOCKED, DISK_FULL, ENGINE_LOST */
  ensureImage(plan: ImagePlan, request: ImageRequest): Promise<Image>;
  /** What there is of an image now; makes and pulls nothing. */
  findImage(plan: ImagePlan): Promise<FoundImage | undefined>;
  /**
   * Runs `use` with a container of its own, whose name is a lock, and always removes it. It lives no longer than this
   * process.
   * @throws ArtifactError LOCKED, CONTAINER_START, OUT_OF_MEMORY, ENGINE_LOST, and what `use` throws
   */
  withContainer<T>(
    plan: ContainerPlan,
    lock: LockRequest,
    use: (container: BuildContainer) => Promise<T>,
  ): Promise<T>;
}

/** What a backend takes from its caller, once. */
export interface BackendDeps {
  /** Names the engine, where the package does not. */
  env: NodeJS.ProcessEnv;
  /** The engine that the package names: an address, or `context:NAME`. */
  engine?: string;
  /** Aborted by an interrupt: ends whatever is under way. */
  signal: AbortSignal;
  /** Milliseconds that the engine may take for all its answers until a container is held, for who does not want to wait. */
  answersMs?: number;
}

/** @throws ArtifactError ENGINE_UNREACHABLE, ENGINE_DENIED, ENGINE_TOO_OLD, ENGINE_UNSUPPORTED */
export type Connect = (deps: BackendDeps) => Promise<Backend>;

/**
 * Who the users of an engine's containers are on its host: the same, by their numbers; in a rootless engine root is whoever runs
 * it, and the others are nobody; with userns-remap all of them are nobody.
 */
export type ContainerUsers = 'same' | 'rootless' | 'remapped';

/** What an engine can do, found out by asking it. */
export interface Capabilities {
  users: ContainerUsers;
  /** Whether its containers can use our files at all, so that a path of ours can be mounted; see {@link Backend.sees}. */
  sharesFiles: boolean;
  /** Which limits of a container it cannot hold: it ignores them. */
  ignoredLimits: readonly ('memory' | 'cpus')[];
  /** Where an engine in a virtual machine has the caller's SSH agent, for root only; else the caller's is mounted. */
  sshAgentSocket: string | undefined;
  /** The socket of ours that leads to it, if one does. */
  engineSocket: string | undefined;
}

/** Who asks for an image, and who is notified of what happens to it. */
export interface ImageRequest {
  labels: Labels;
  /** Who needs it, for others that wait: "alpha:archive (pid 123, since 2026-01-01T10:00:00Z)". */
  who: string;
  /** Wait while another process makes it; else LOCKED is thrown. */
  wait: boolean;
  /** Something that takes time begins: "Pulling image x:1". */
  onStep(text: string): void;
  /** A line of the output of a build or pull. */
  onLine(line: string): void;
  /** Another process makes it: "Waiting for image x:1, which alpha:archive (pid 123, since ...) is building". */
  onWait(text: string): void;
}

export interface LockRequest {
  /** Wait for another holder; else LOCKED is thrown at once. */
  wait: boolean;
  /** Called once for each holder that is waited for: "alpha:archive (pid 123 on host ci-1 in /ws, since ...)". */
  onWait(holder: string): void;
  /** A line for the user: what else takes time, or is left on the engine. */
  note(line: string): void;
}

export interface BuildContainer {
  /** Runs one command to its end; its exit code. @throws ArtifactError ENGINE_LOST: no exit code, no success */
  exec(command: Command, sink: Sink): Promise<number>;
  /** Starts what is to run the commands of a series, for which the first of them then need not wait. */
  start(series: Omit<Command, 'argv'>): void;
  /** Runs one command that talks to the user; its exit code. */
  interactive(command: Command, terminal: Terminal): Promise<number>;
  /** Unpacks a tar stream into a directory, with the owners of its headers. */
  writeTar(tar: Readable, directory: string): Promise<void>;
  /** Opens one regular file, or the one that a link leads to; undefined where there is none. */
  openFile(path: string): Promise<ContainerFile | undefined>;
  /** What it uses now; undefined of an engine that cannot say, as a rootless one without control groups. */
  usage(): Promise<ContainerUsage | undefined>;
  /** Nothing more is asked of it: its removal, which takes an engine some 200 ms, may begin. */
  release(): void;
  /** The same container for what is still to be done when an interrupt has come: a short time after it. */
  afterInterrupt(): BuildContainer;
}

export interface ContainerUsage {
  /** Of the engine's host. */
  cores: number;
  /** Milliseconds that its cores have worked, all together. */
  cpuMs: number;
  /** Bytes. */
  memory: number;
  /** What it may use; all of the engine's host where nothing limits it, 0 where it does not say. */
  memoryLimit: number;
}

export interface Command {
  argv: readonly string[];
  /** What it does, for errors: "run make (make -j4)". Its argv may be a script of ours, or have secrets of the caller. */
  tried?: string;
  /** "uid:gid" */
  user?: string;
  workdir?: string;
  /** Commands that come one after the other, and may share a process that runs them; what one leaves running may print into the next. */
  series?: 'scripts' | 'steps';
}

/** A chunk of a command's output: of its stdout (1) or stderr (2). */
export interface OutputChunk {
  source: 1 | 2;
  data: Buffer;
}

/** Takes the output of a command; a returned promise holds the stream back until it settles. */
export type Sink = (chunks: OutputChunk[]) => void | Promise<void>;

/** A file in a container: its size in bytes and its content, which must be read to the end or destroyed. */
export interface ContainerFile {
  size: number;
  content: Readable;
  /** All of it is here: the container is not needed for it any more. */
  isRead?: true;
}

/** Where a shell's input comes from and its output goes to. */
export interface Terminal {
  stdin: Readable;
  stdout: Writable & { columns?: number; rows?: number };
  stderr: Writable;
  /** Whether both ends are terminals: then the shell gets one of its own, else plain streams. */
  isTTY: boolean;
  /** Passes everything typed and printed through unchanged; only on a terminal. */
  setRawMode?: (raw: boolean) => void;
}

export interface Volume {
  name: string;
  labels: Labels;
}

export interface Volumes {
  /** The volume of exactly that name. */
  find(name: string): Promise<Volume | undefined>;
  /** All that carry all of `labels`, newest first. */
  list(labels: Labels): Promise<Volume[]>;
  /** Leaves an existing one of that name unchanged. */
  create(name: string, labels: Labels): Promise<void>;
}

/** A container, image or volume that this tool made. */
export interface Resource {
  kind: 'container' | 'image' | 'volume';
  /** Of an image: its id. */
  name: string;
  labels: Labels;
  /** Of an image: its names, as the engine writes them; none where a newer image has got its tag. */
  tags?: readonly string[];
  /** Bytes, of an image: with those that it shares with others. */
  size?: number;
  /** Of a container: "running", "created", ... */
  state?: string;
}

export interface Resources {
  /** All of ours that carry all of `labels`; containers first, as they use images and volumes. */
  list(labels: Labels): Promise<Resource[]>;
  /**
   * Ignores what is gone already.
   * @returns why an image stays that something else uses
   * @throws an error that says why it cannot be removed, e.g. that it is in use
   */
  remove(resource: Resource): Promise<string | undefined>;
  /** Bytes of each volume, by its name. The engine recounts them each time, which takes a while. */
  sizes(): Promise<Map<string, number>>;
  /** When each of these volumes was last written to at its top. `labels` go on the resources that this needs. */
  lastUses(volumes: readonly string[], labels: Labels): Promise<Map<string, Date>>;
}
