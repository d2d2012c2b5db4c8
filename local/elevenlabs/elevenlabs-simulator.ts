import { createServer } from 'node:http';
import { listenOnLoopback } from '../lambda/listen-on-loopback';
import type { AgentSeed } from './agents';
import { sendAnswer } from './answers';
import { type SimulatorControl, takeControl } from './control';
import { controlPrefix, serveControl } from './control';
import { type ObservedRequest, serveApi } from './serve-api';
import { changeSettings, defaultSettings, type SettingsChange } from './settings';
import { emptyState, type SimulatorState } from './state';

/** What the simulated account is like at first. */
export interface ElevenLabsOptions {
  /** Port on 127.0.0.1. @default 0, any free one */
  readonly port?: number;
  /** The only key that is let in. */
  readonly apiKey: string;
  /** @default none */
  readonly agents?: readonly AgentSeed[];
  /** What differs from the default settings. */
  readonly settings?: SettingsChange;
  /** Is told of each request to an operation whose body has arrived, before it is checked. */
  readonly observe?: (request: ObservedRequest) => void;
}

/** A running simulator. */
export interface ElevenLabsSimulator extends SimulatorControl {
  /** Its origin, without a slash at the end. */
  readonly url: string;
  /** What it knows right now. */
  readonly state: Readonly<SimulatorState>;
  /** Stops at once: open connections are cut, and what waits does not happen. */
  close(): Promise<void>;
}

/**
 * Serves ElevenLabs' voices, agents, conversations, outbound calls, subscription and workspace settings on 127.0.0.1, in memory, as far as its API is documented or was
 * observed; where a client does what the API does not know, it is refused loudly. Control routes are under `/_simulator/`.
 * Throws a sentence when the port is taken, and ZodError for agents or settings that are not valid.
 */
export const startElevenLabs = async (options: ElevenLabsOptions): Promise<ElevenLabsSimulator> => {
  const { port = 0, apiKey, agents = [], observe } = options;
  const settings = changeSettings(defaultSettings, options.settings ?? {});
  const state = emptyState(settings);
  const closing = new AbortController();
  const control = takeControl(state, { settings, agents }, closing.signal);
  const server = createServer((request, response) => {
    if (request.url?.startsWith(controlPrefix) === true)
      void serveControl(control, request).then((answer) => sendAnswer(response, answer));
    else void serveApi({ state, apiKey, observe, closing: closing.signal }, request, response);
  });
  const listeningPort = await listenOnLoopback(server, port);
  return {
    ...control,
    url: `http://127.0.0.1:${listeningPort}`,
    state,
    close: async () => {
      closing.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
};
