import * as z from 'zod';
import { kindNames } from '../../cli/event-kinds';
import { listAgents, restoreAgent } from '../../ops/agents';
import { endCall } from '../../ops/end-call';
import { expireVoice } from '../../ops/expire-voice';
import type { Installation } from '../../ops/installation';
import { readObject } from '../../ops/objects';
import { pauseInstallation, resumeInstallation } from '../../ops/pause';
import { startRedrive } from '../../ops/queues';
import { storedOfCall } from '../../ops/raw-events';
import { runReconcile } from '../../ops/reconcile';
import { storyOf } from '../../ops/story';
import { deleteVoice, listVoices } from '../../ops/voices';
import type { ClockDocument, InstallationDocument } from '../shared/documents';
import { BadRequest, json, type RouteAnswer } from './answers';
import { callDocument } from './call-document';
import { type EventTerms, sendDocument, sendKind, sendPreCall } from './send';
import { settingsDocument } from './settings';
import type { Simulator } from './simulator';
import { turnsOf } from './transcript';
import { agentsDocument, callersDocument, healthDocument, queuesDocument, voicesDocument } from './views';

/** Controls that only the local stack has. */
export interface LocalControls {
  readonly simulatorUrl: string | undefined;
  /** Deletes all items that have expired, as DynamoDB's time to live does. */
  readonly sweepNow: () => Promise<unknown>;
  /** The clock of the stack; undefined if a part of the stack runs elsewhere, at its own time. */
  readonly clock?: StackClock | undefined;
}

/** Moves the time of the whole local stack. */
export interface StackClock {
  readonly state: () => Pick<ClockDocument, 'aheadMs' | 'leftMs' | 'passed' | 'problem'>;
  /** Starts to move the clock by this time. It never rejects: `state` has the problem. Throws if time is passing. */
  readonly letPass: (ms: number) => Promise<void>;
  /** Stops the time that is passing. */
  readonly stop: () => void;
}

/** The dependencies of routes. */
export interface RouteContext {
  readonly installation: Installation;
  readonly simulator: Simulator | undefined;
  readonly local: LocalControls | undefined;
}

/** A parsed request of the page. */
export interface RouteRequest {
  /** The id in the path; empty if the path has none. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** Whether the user has switched personal data on. */
  readonly isPersonal: boolean;
  readonly body: Buffer;
}

/**
 * Handles a request. Throws BadRequest, OperationError or Unreachable if it cannot be done, and AWS errors unchanged.
 */
export type Route = (context: RouteContext, request: RouteRequest) => Promise<RouteAnswer>;

const jsonBody = <T>(schema: z.ZodType<T>, { body }: RouteRequest): T => {
  try {
    return schema.parse(JSON.parse(body.toString('utf8')));
  } catch {
    throw new BadRequest('The page sent something that its server does not understand. Reload it.');
  }
};

const onlyPersonal = ({ isPersonal }: RouteRequest): void => {
  if (!isPersonal) throw new BadRequest('Personal data are off. Switch them on at the top of the page.');
};

const onlyLocal = ({ installation }: RouteContext): void => {
  if (!installation.isLocal) throw new BadRequest('Calls are made to the local stack only.');
};

const done = json({ done: true });

const installation: Route = async ({ installation: shown, simulator, local }) => {
  const [agents, account] = await Promise.all([agentsDocument(shown, false), simulator?.read()]);
  const simulated = (account?.agents ?? []).map((agent) => ('agentId' in agent ? agent.agentId : agent.agent_id));
  const document: InstallationDocument = {
    title: shown.title,
    apiUrl: shown.apiUrl,
    isLocal: shown.isLocal,
    isSimulated: simulator !== undefined,
    isClockMovable: local?.clock !== undefined,
    agentIds: [...new Set([...simulated, ...agents.map(({ agentId }) => agentId)])],
  };
  return json(document);
};

const call: Route = async ({ installation: shown }, { id, isPersonal }) =>
  json(callDocument(await storyOf(shown, id, { nowMs: Date.now() }), isPersonal));

const transcript: Route = async ({ installation: shown }, request) => {
  onlyPersonal(request);
  return json(turnsOf(await storedOfCall(shown, request.id, 'transcript-json')));
};

const recording: Route = async ({ installation: shown }, request) => {
  onlyPersonal(request);
  return { status: 200, contentType: 'audio/mpeg', body: await storedOfCall(shown, request.id, 'recording') };
};

/** Returns a recording of a caller, by its key. */
const sample: Route = async ({ installation: shown }, request) => {
  onlyPersonal(request);
  const key = request.query.get('key') ?? '';
  if (!/^(samples|callers)\/[\w/.-]+\.(wav|mp3|ogg)$/.test(key)) throw new BadRequest('That is no sample.');
  const body = await readObject(shown, key);
  if (body === undefined) throw new BadRequest('The sample is gone.');
  return { status: 200, contentType: 'application/octet-stream', body };
};

const optional = (query: URLSearchParams, name: string): string | undefined => {
  const value = query.get(name)?.trim() ?? '';
  return value === '' ? undefined : value;
};

const preCall: Route = async (context, { query, body }) => {
  onlyLocal(context);
  const agentId = optional(query, 'agent');
  if (agentId === undefined) throw new BadRequest('Choose an agent first.');
  const terms = { agentId, name: optional(query, 'name'), number: optional(query, 'number') };
  const sent = { ...terms, hasConsent: query.get('consent') === 'given', sample: body.length > 0 ? body : undefined };
  return json(await sendPreCall(context.installation, sent));
};

const turn = z.object({
  role: z.enum(['agent', 'user']),
  atS: z.number().min(0),
  message: z.string().min(1).max(10_000),
});

const eventBody = z.object({
  kind: z.enum(kindNames),
  conversationId: z.string().optional(),
  agentId: z.string().optional(),
  number: z.string().optional(),
  erasureId: z.string().optional(),
  turns: z.array(turn).max(500).optional(),
});

const event: Route = async (context, request) => {
  onlyLocal(context);
  const { kind, ...terms }: z.infer<typeof eventBody> = jsonBody(eventBody, request);
  const given: EventTerms = terms;
  return json(await sendKind(context.installation, kind, given));
};

const callerKinds = { export: 'caller_export', erasure: 'caller_erase', withdrawal: 'caller_withdraw' } as const;
const callerBody = z.object({ kind: z.enum(['export', 'erasure', 'withdrawal']), number: z.string().min(1).max(64) });

/** Sends a request about a caller's rights, signed as by the installation's own sender. */
const callerRequest: Route = async ({ installation: shown }, request) => {
  const { kind, number } = jsonBody(callerBody, request);
  return json(await sendDocument(shown, kind, { type: callerKinds[kind], phone_number: number }));
};

const faultBody = z.object({ name: z.string(), isLasting: z.boolean() });

const simulated = ({ simulator }: RouteContext): Simulator => {
  if (simulator === undefined) throw new BadRequest('ElevenLabs is not simulated here.');
  return simulator;
};

const clockOf = ({ local }: RouteContext): StackClock => {
  if (local?.clock === undefined) throw new BadRequest('The clock of this installation cannot be moved.');
  return local.clock;
};

const clock: Route = async (context) => {
  const { installation: shown } = context;
  const state = clockOf(context).state();
  const [agents, voices] = await Promise.all([listAgents(shown), listVoices(shown)]);
  const document: ClockDocument = {
    ...state,
    nowMs: Date.now(),
    agentsInUse: agents.filter(({ activation }) => activation !== undefined).length,
    voices: voices.length,
  };
  return json(document);
};

const passBody = z.object({ minutes: z.number().int().min(5).max(1440) });

const act =
  (action: (context: RouteContext, request: RouteRequest) => Promise<unknown>): Route =>
  async (context, request) => {
    await action(context, request);
    return done;
  };

/** The page's requests, by method and path; `*` stands for one id. */
export const routes: Readonly<Record<string, Route>> = {
  'GET installation': installation,
  'GET calls/*': call,
  'GET calls/*/transcript': transcript,
  'GET calls/*/recording': recording,
  'POST calls/*/end': act(({ installation: shown }, { id }) => endCall(shown, id)),
  'GET sample': sample,
  'POST pre-calls': preCall,
  'POST events': event,
  'GET agents': async ({ installation: shown }, { isPersonal }) => json(await agentsDocument(shown, isPersonal)),
  'POST agents/*/restore': act(({ installation: shown }, { id }) => restoreAgent(shown, id)),
  'GET voices': async ({ installation: shown, simulator }) => json(await voicesDocument(shown, simulator)),
  'POST voices/*/delete': act(({ installation: shown }, { id }) => deleteVoice(shown, id)),
  'POST callers/find': async ({ installation: shown }, request) => {
    const { number } = jsonBody(z.object({ number: z.string().max(64) }), request);
    return json(await callersDocument(shown, number, request.isPersonal));
  },
  'POST callers/request': callerRequest,
  'GET queues': async ({ installation: shown }) => json(await queuesDocument(shown)),
  'POST queues/*/redrive': act(({ installation: shown }, { id }) => startRedrive(shown, id)),
  'GET settings': async ({ installation: shown }) => json(await settingsDocument(shown)),
  'GET health': async ({ installation: shown }) => json(await healthDocument(shown)),
  'POST pause': act(({ installation: shown }) => pauseInstallation(shown, Date.now())),
  'POST resume': act(({ installation: shown }) => resumeInstallation(shown)),
  'POST reconcile': async ({ installation: shown }) => json(await runReconcile(shown)),
  'GET faults': async (context) => json((await simulated(context).read()).faults),
  'POST faults': act(async (context, request) => {
    const { name, isLasting } = jsonBody(faultBody, request);
    await simulated(context).addFault(name, isLasting);
  }),
  'POST faults/clear': act((context) => simulated(context).clearFaults()),
  'GET clock': clock,
  'POST clock': async (context, request) => {
    void clockOf(context).letPass(jsonBody(passBody, request).minutes * 60_000);
    return clock(context, request);
  },
  'POST clock/stop': async (context, request) => {
    clockOf(context).stop();
    return clock(context, request);
  },
  'POST voices/*/expire': act(async ({ installation: shown, local }, { id }) => {
    if (local === undefined) throw new BadRequest('Time passes by itself here.');
    await expireVoice(shown, id);
    await local.sweepNow();
  }),
};
