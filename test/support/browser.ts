import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { temporaryDirectory } from './workspace.js';

interface Answer {
  id?: number;
  method?: string;
  result?: { result?: { value?: unknown }; data?: string; sessionId?: string; targetId?: string };
  error?: { message: string };
  params?: unknown;
}

/** A page in Chromium (Chrome DevTools Protocol over a pipe: JSON, each message ended by a NUL). */
export interface Page {
  /** What an expression is, in the page. */
  evaluate(expression: string): Promise<unknown>;
  screenshot(): Promise<Buffer>;
  setDark(dark: boolean): Promise<void>;
  setWidth(width: number, height?: number): Promise<void>;
  /** What the page printed, threw, or was refused. */
  messages: unknown[];
  /** Milliseconds from the navigation to its load event. */
  loadMs: number;
}

export async function openPage(url: string): Promise<Page> {
  const profile = await temporaryDirectory('chromium');
  const switches = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars'];
  const browser = execa('chromium', [...switches, '--remote-debugging-pipe', `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    reject: false,
    env: { HOME: profile },
  });
  onTestFinished(async () => {
    browser.kill('SIGKILL');
    await browser;
  });
  const [input, output] = [browser.stdio[3], browser.stdio[4]] as unknown as [Writable, Readable];
  const waiting = new Map<number, (answer: Answer) => void>();
  const messages: unknown[] = [];
  let loaded = () => {};
  let rest = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const answer = JSON.parse(part) as Answer;
      if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
      else if (answer.method === 'Page.loadEventFired') loaded();
      else if (/^(Runtime\.(consoleAPICalled|exceptionThrown)|Log\.entryAdded)$/.test(answer.method ?? ''))
        messages.push(answer.params);
    }
  });
  let id = 0;
  let sessionId: string | undefined;
  const send = async (method: string, params: object = {}) => {
    const own = ++id;
    const answered = new Promise<Answer>((resolve) => void waiting.set(own, resolve));
    input.write(`${JSON.stringify({ id: own, method, params, sessionId })}\0`);
    const { error, result = {} } = await answered;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  ({ sessionId } = await send('Target.attachToTarget', { targetId, flatten: true }));
  for (const domain of ['Page', 'Runtime', 'Log']) await send(`${domain}.enable`);
  const isLoaded = new Promise<void>((resolve) => {
    loaded = resolve;
  });
  const begin = performance.now();
  await send('Page.navigate', { url });
  await isLoaded;
  const loadMs = performance.now() - begin;
  const evaluate = async (expression: string) =>
    (await send('Runtime.evaluate', { expression, returnByValue: true })).result?.value;
  return {
    ...{ messages, loadMs, evaluate },
    screenshot: async () => Buffer.from((await send('Page.captureScreenshot')).data ?? '', 'base64'),
    setDark: async (dark) => {
      const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }];
      await send('Emulation.setEmulatedMedia', { features });
    },
    setWidth: async (width, height = 1400) => {
      await send('Emulation.setDeviceMetricsOverride', {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: false,
      });
    },
  };
}
