import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { agentSeed } from './agents';
import { type Answer, jsonAnswer } from './answer';
import type { SimulatorControl } from './control';
import { conversationChange, conversationSeed } from './conversations';
import { ApiError, InvalidRequest } from './errors';
import { faultRule } from './faults';
import { apiId } from './ids';
import { inboundCall } from './inbound-calls';
import { checked, jsonBody, receiveBody } from './requests';
import { settingsChange } from './settings';
import { voiceSeed } from './voices';
import { workspaceChange } from './workspace';

/** Where the control routes begin; they need no key. */
export const controlPrefix = '/_simulator/';

const noContent: Answer = { status: 204, headers: {}, body: '' };

type ControlRoute = (control: SimulatorControl, readBody: () => Promise<unknown>) => Answer | Promise<Answer>;

const conversationToChange = conversationChange.extend({ conversationId: apiId });

const then =
  (act: (control: SimulatorControl) => void): ControlRoute =>
  (control) => {
    act(control);
    return noContent;
  };

const controlRoutes: Readonly<Record<string, ControlRoute>> = {
  'GET state': (control) => jsonAnswer(200, control.describe()),
  'POST agents': async (control, body) => jsonAnswer(201, control.addAgent(agentSeed.parse(await body()))),
  'POST voices': async (control, body) => jsonAnswer(201, control.addVoice(voiceSeed.parse(await body()))),
  'POST conversations': async (control, body) =>
    jsonAnswer(201, control.addConversation(conversationSeed.parse(await body()))),
  'PATCH conversations': async (control, body) => {
    const { conversationId, ...change } = conversationToChange.parse(await body());
    return jsonAnswer(200, control.changeConversation(conversationId, change));
  },
  'PUT settings': async (control, body) => jsonAnswer(200, control.changeSettings(settingsChange.parse(await body()))),
  'PUT workspace': async (control, body) =>
    jsonAnswer(200, control.changeWorkspace(workspaceChange.parse(await body()))),
  'POST inbound-calls': async (control, body) =>
    jsonAnswer(201, await control.startInboundCall(inboundCall.parse(await body()))),
  'POST faults': async (control, body) => jsonAnswer(201, control.addFault(faultRule.parse(await body()))),
  'DELETE faults': then((control) => control.clearFaults()),
  'POST reset': then((control) => control.reset()),
  'DELETE requests': then((control) => control.clearRequests()),
  'DELETE violations': then((control) => control.clearViolations()),
};

const anyJson = jsonBody(z.json());

const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const body = await receiveBody(request, anyJson.maxBytes);
  return anyJson.read({ headers: request.headers, query: new URLSearchParams(), body }, checked);
};

const sentenceOf = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.length === 0 ? 'body' : path.join('.')}: ${message}`).join('; ');

const refuse = (error: unknown): Answer => {
  if (error instanceof z.ZodError) return jsonAnswer(422, { error: `The request is not valid. ${sentenceOf(error)}.` });
  if (error instanceof InvalidRequest || error instanceof ApiError) return jsonAnswer(400, { error: error.message });
  return jsonAnswer(409, { error: error instanceof Error ? error.message : String(error) });
};

/** Answers a request to a control route; a refusal is `{error}` with a sentence. */
export const serveControl = async (control: SimulatorControl, request: IncomingMessage): Promise<Answer> => {
  const path = (request.url ?? '').slice(controlPrefix.length).replace(/\?.*$/s, '');
  const name = `${request.method ?? ''} ${path}`;
  const route = Object.hasOwn(controlRoutes, name) ? controlRoutes[name] : undefined;
  const names = Object.keys(controlRoutes).join(', ');
  if (route === undefined)
    return jsonAnswer(404, { error: `The simulator has no ${name}. Under ${controlPrefix} there are: ${names}.` });
  try {
    return await route(control, () => readJson(request));
  } catch (error) {
    return refuse(error);
  }
};
