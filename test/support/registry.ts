import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, ListenOptions } from 'node:net';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

/** The least that an engine pulls from (OCI distribution, pull; Docker image manifest v2, schema 2). */
export interface Registry {
  /** "127.0.0.1:5000" of one that listens on a port. */
  address: string;
  /** "METHOD /path", all so far. */
  requests: string[];
  /** From now on every tag leads to another image; what a digest leads to stays. */
  publish(): void;
  /** How many pulls are held in the middle of a layer. */
  held(): number;
  /** From now on each pull is held in the middle of a layer that no engine has. */
  hold(): void;
  /** Lets all go on. */
  release(): void;
  close(): void;
}

interface Blob {
  digest: string;
  data: Buffer;
}

/**
 * A registry with one image under every name and tag: `rootfs`, and over it a layer that is another one for each name, so
 * that each pull fetches something. An engine takes one on 127.0.0.0/8 without TLS.
 * @param listen where: a socket's path, or a port
 * @param rootfs an uncompressed layer
 * @param config the image's configuration, with `rootfs` as its only layer
 * @param login "user:password", where it is a private one
 */
export async function registry(
  listen: ListenOptions,
  rootfs: Buffer,
  config: ImageConfig,
  login?: string,
): Promise<Registry> {
  const base = blob(gzipSync(rootfs));
  const blobs = new Map([[base.digest, base.data]]);
  const waiting = new Map<ServerResponse, Buffer>();
  const manifests = new Map<string, Buffer>();
  const requests: string[] = [];
  let holding = false;
  let published = 1;

  const imageOf = (name: string): Buffer => {
    const layer = tarOf(`pulled-${name.replaceAll(/\W/g, '-')}-${published}`);
    const packed = blob(gzipSync(layer));
    const diff_ids = [...config.rootfs.diff_ids, blob(layer).digest];
    const about = blob(Buffer.from(JSON.stringify({ ...config, rootfs: { ...config.rootfs, diff_ids } })));
    for (const { digest, data } of [packed, about]) blobs.set(digest, data);
    const made = blob(manifest(about, [base, packed]));
    manifests.set(made.digest, made.data);
    return made.data;
  };
  const send = (response: ServerResponse, type: string, data: Buffer, head: boolean) => {
    response.writeHead(200, {
      'content-type': type,
      'content-length': data.length,
      'docker-content-digest': blob(data).digest,
    });
    response.end(head ? undefined : data);
  };
  const server = createServer((request, response) => {
    const [, name = '', kind, reference = ''] =
      /^\/v2\/(.+)\/(manifests|blobs)\/(.+)$/.exec(request.url ?? '') ?? [];
    const head = request.method === 'HEAD';
    requests.push(`${request.method} ${request.url}`);
    const basic = `Basic ${Buffer.from(login ?? '').toString('base64')}`;
    if (login !== undefined && request.headers.authorization !== basic)
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end();
    if (kind === 'manifests') {
      const found = reference.startsWith('sha256:') ? manifests.get(reference) : imageOf(name);
      return found ? send(response, MANIFEST, found, head) : void response.writeHead(404).end();
    }
    const data = blobs.get(reference);
    if (kind === undefined) return void response.end('{}');
    if (!data) return void response.writeHead(404).end();
    if (!holding || reference === base.digest) return send(response, 'application/octet-stream', data, head);
    response.writeHead(200, { 'content-length': data.length });
    response.write(data.subarray(0, data.length >> 1));
    waiting.set(response, data.subarray(data.length >> 1));
    response.on('close', () => waiting.delete(response));
  });
  await new Promise<void>((listening) => server.listen(listen, listening));
  const bound = server.address() as AddressInfo | string;
  return {
    address: typeof bound === 'string' ? bound : `${bound.address}:${bound.port}`,
    requests,
    publish: () => void published++,
    held: () => waiting.size,
    hold: () => {
      holding = true;
    },
    release: () => {
      holding = false;
      for (const [response, rest] of waiting) response.end(rest);
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A registry of the test's own on this machine, with an image of nothing but an empty file. */
export async function testRegistry(login?: string): Promise<Registry> {
  const rootfs = tarOf('base');
  const made = await registry(
    { port: 0, host: '127.0.0.1' },
    rootfs,
    {
      ...{ architecture: process.arch === 'arm64' ? 'arm64' : 'amd64', os: 'linux', config: {} },
      rootfs: { type: 'layers', diff_ids: [blob(rootfs).digest] },
    },
    login,
  );
  onTestFinished(() => made.close());
  return made;
}

export interface ImageConfig {
  architecture?: string;
  os?: string;
  config?: object;
  rootfs: { type: string; diff_ids: string[] };
}

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

function manifest(config: Blob, layers: Blob[]): Buffer {
  const entry = (kind: string, { digest, data }: Blob) => ({
    mediaType: `application/vnd.docker.${kind}`,
    size: data.length,
    digest,
  });
  const layer = (one: Blob) => entry('image.rootfs.diff.tar.gzip', one);
  const text = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: entry('container.image.v1+json', config),
    layers: layers.map(layer),
  };
  return Buffer.from(JSON.stringify(text));
}

function blob(data: Buffer): Blob {
  return { digest: `sha256:${createHash('sha256').update(data).digest('hex')}`, data };
}

/** A tar archive with one empty file (POSIX.1-1988, ustar). */
function tarOf(name: string): Buffer {
  const header = Buffer.alloc(512);
  const fields: [number, string][] = [
    [0, name.slice(0, 99)],
    [100, '0000644\0'],
    [108, '0000000\0'],
    [116, '0000000\0'],
    [124, '00000000000\0'],
    [136, '00000000000\0'],
    [148, '        '],
    [156, '0'],
    [257, 'ustar\x0000'],
  ];
  for (const [at, text] of fields) header.write(text, at, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, Buffer.alloc(1024)]);
}
