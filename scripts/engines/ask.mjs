import { request } from 'node:http';

/**
 * GET /version of the engine behind a socket; undefined where none answers.
 * @returns {Promise<{ Version: string, ApiVersion: string, MinAPIVersion?: string } | undefined>}
 */
export function askVersion(socketPath) {
  return new Promise((resolve) => {
    const call = request({ socketPath, path: '/version', timeout: 2000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(response.statusCode === 200 ? JSON.parse(text) : undefined));
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(undefined));
    call.end();
  });
}
