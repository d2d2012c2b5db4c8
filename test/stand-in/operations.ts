const id = '([A-Za-z0-9_-]{1,128})';

const routes = [
  { operation: 'addVoice', method: 'POST', path: /^\/v1\/voices\/add$/ },
  { operation: 'getVoice', method: 'GET', path: new RegExp(`^/v1/voices/${id}$`) },
  { operation: 'deleteVoice', method: 'DELETE', path: new RegExp(`^/v1/voices/${id}$`) },
  { operation: 'listVoices', method: 'GET', path: /^\/v2\/voices$/ },
  { operation: 'getAgent', method: 'GET', path: new RegExp(`^/v1/convai/agents/${id}$`) },
  { operation: 'patchAgent', method: 'PATCH', path: new RegExp(`^/v1/convai/agents/${id}$`) },
  { operation: 'listConversations', method: 'GET', path: /^\/v1\/convai\/conversations$/ },
  { operation: 'getConversation', method: 'GET', path: new RegExp(`^/v1/convai/conversations/${id}$`) },
  { operation: 'twilioOutboundCall', method: 'POST', path: /^\/v1\/convai\/twilio\/outbound-call$/ },
  { operation: 'sipTrunkOutboundCall', method: 'POST', path: /^\/v1\/convai\/sip-trunk\/outbound-call$/ },
  { operation: 'listWebhooks', method: 'GET', path: /^\/v1\/workspace\/webhooks$/ },
  { operation: 'getConvaiSettings', method: 'GET', path: /^\/v1\/convai\/settings$/ },
  { operation: 'getSubscription', method: 'GET', path: /^\/v1\/user\/subscription$/ },
] as const;

/** The ElevenLabs operations that the stand-in answers. */
export type Operation = (typeof routes)[number]['operation'];

/** Finds the documented operation of a request and the voice, agent or conversation id in its path ('' where it has none), or undefined. */
export const findOperation = (method: string, path: string): { operation: Operation; id: string } | undefined => {
  for (const route of routes) {
    const match = route.method === method ? route.path.exec(path) : null;
    if (match !== null) return { operation: route.operation, id: match[1] ?? '' };
  }
  return undefined;
};
