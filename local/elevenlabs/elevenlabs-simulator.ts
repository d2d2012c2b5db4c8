import { createServer } from 'node:http';
import { listenOnLoopback } from '../lambda/listen-on-loopback';
import type { AgentSeed } from './agents';
import { sendAnswer } from './answers';
import { type SimulatorControl, takeControl } from './control';
import { controlPrefix, serveControl } from './control';
import { type ObservedRequest, serveApi } from './serve-api';
import { changeSettings, defaultSettings, type SettingsChange } from './settings';
import { emptyState, type SimulatorState } from './state';
import { serveWebSocket } from './web-socket';

/** The initial state of the simulated account. */
export interface ElevenLabsOptions {
  /** Port on 127.0.0.1. @default 0, any free one */
  readonly port?: number;
  /** The only accepted key. */
  readonly apiKey: string;
  /** @default none */
  readonly agents?: readonly AgentSeed[];
  /** Parts of an earlier run's state. */
  readonly restored?: Partial<SimulatorState> | undefined;
  /** Changes to the default settings. */
  readonly settings?: SettingsChange;
  /** Called with each request to an operation once its body has arrived, before it is validated. */
  readonly observe?: (request: ObservedRequest) => void;
}

/** A running simulator. */
export interface ElevenLabsSimulator extends SimulatorControl {
  /** Its origin, without a trailing slash. */
  readonly url: string;
  /** Its current state. */
  readonly state: Readonly<SimulatorState>;
  /** Stops at once: closes open connections and cancels everything that is delayed. */
  close(): Promise<void>;
}

/**
 * Serves ElevenLabs' voices, agents, conversations, outbound calls, subscription and workspace settings on 127.0.0.1,
 * from memory, as documented or observed. Rejects requests that the API does not document and records them as
 * violations. Control routes are under `/_simulator/`. Throws a sentence if the port is taken, and ZodError if agents
 * or settings are invalid.
 */
export const startElevenLabs = async (options: ElevenLabsOptions): Promise<ElevenLabsSimulator> => {
  const { port = 0, apiKey, agents = [], observe } = options;
  const settings = changeSettings(defaultSettings, options.settings ?? {});
  const state = emptyState(settings);
  const closing = new AbortController();
  const control = takeControl(state, { settings, agents }, closing.signal);
  Object.assign(state, options.restored);
  const server = createServer((request, response) => {
    if (request.url?.startsWith(controlPrefix) === true)
      void serveControl(control, request).then((answer) => sendAnswer(response, answer));
    else void serveApi({ state, apiKey, observe, closing: closing.signal }, request, response);
  });
  server.on('upgrade', (request, socket) => serveWebSocket(state, request, socket));
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
