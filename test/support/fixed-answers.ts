import { createServer, type RequestListener } from 'node:http';
import { listenOnLoopback } from '../../local/lambda/listen-on-loopback';
import { stop } from './http';

/** What is answered to a request: a status, and a body of bytes or text as it is, or anything else as JSON. */
export type FixedAnswer = readonly [status: number, body: unknown];

/** An ElevenLabs that says whatever a test wants, also what the simulator would not. */
export interface FixedAnswers {
  readonly url: string;
  /** Paths and queries that were asked for, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** Starts one that answers each path as it is told to at that moment. */
export const startFixedAnswers = async (answer: (path: string) => FixedAnswer): Promise<FixedAnswers> => {
  const asked: string[] = [];
  const serve: RequestListener = (request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const [status, body] = answer(path);
    response.writeHead(status);
    response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  };
  const server = createServer(serve);
  const port = await listenOnLoopback(server, 0);
  const close = () => stop(server);
  return { url: `http://127.0.0.1:${port}`, asked, close };
};
