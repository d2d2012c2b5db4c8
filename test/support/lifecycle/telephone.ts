import { createServer } from 'node:http';
import type { StoredConversation } from '../../../local/elevenlabs/state';
import { listenOnLoopback } from '../../../local/lambda/listen-on-loopback';
import type { LifecycleDeps } from './deps';
import type { LifecycleRig } from './rig';

/** Phone calls through the simulated ElevenLabs, which asks the rig's initiation webhook about each. */
export interface Telephone {
  /** Lets these agents ask the webhook, with what calls may override. After each reset of the rig. */
  connect(agentIds?: readonly string[], overrides?: { readonly voice?: boolean; readonly greeting?: boolean }): void;
  /** A call comes in, or goes out; what became of it. */
  ring(call: {
    readonly from: string;
    readonly agentId?: string;
    readonly direction?: 'outbound';
  }): Promise<StoredConversation>;
  /** A call ends as ElevenLabs tells it, with its own id; `isBare`: without dynamic variables. */
  hangUp(call: StoredConversation, isBare?: boolean): Promise<unknown>;
  /** What the webhook works with, in place of the rig's. */
  planted: Partial<LifecycleDeps>;
  /** How long the webhook has for an answer, in milliseconds. */
  leftMs: number;
  close(): Promise<void>;
}

/** The agent's number in these calls. */
export const agentNumber = '+31201234567';

/** Starts the webhook of a rig. */
export const startTelephone = async (rig: LifecycleRig): Promise<Telephone> => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const asked = JSON.parse(Buffer.concat(chunks).toString()) as object;
      void rig.initiation(asked, { leftMs: telephone.leftMs }, telephone.planted).then((answer) => {
        response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
      });
    });
  });
  const port = await listenOnLoopback(server, 0);
  const telephone: Telephone = {
    planted: {},
    leftMs: 1_400,
    connect: (agentIds = ['agent_1'], { voice = true, greeting = true } = {}) => {
      rig.elevenLabs.changeWorkspace({
        initiationWebhook: {
          url: `http://127.0.0.1:${port}/webhook/initiation`,
          requestHeaders: { 'X-Precall-Secret': 'secret' },
        },
      });
      const overrides = {
        enable_conversation_initiation_client_data_from_webhook: true,
        conversation_config_override: { tts: { voice_id: voice }, agent: { first_message: greeting } },
      };
      for (const agentId of agentIds)
        rig.elevenLabs.changeAgent(agentId, {
          platform_settings: { overrides },
          phone_numbers: [{ phone_number: agentNumber }],
        });
    },
    ring: async ({ from, agentId = 'agent_1', direction }) => {
      const call = {
        agentId,
        callerNumber: from,
        calledNumber: agentNumber,
        ...(direction !== undefined && { direction }),
      };
      return (await rig.elevenLabs.startInboundCall(call)).conversation;
    },
    hangUp: (call, isBare = false) => {
      const { conversationId, agentId, externalNumber, dynamicVariables } = call;
      rig.elevenLabs.changeConversation(conversationId, { status: 'done' });
      const precallId = dynamicVariables['precall_conversation_id'];
      return rig.endCall({
        conversationId,
        agentIds: [agentId],
        callerIdentifiers: externalNumber === null ? [] : [externalNumber],
        precallConversationId: isBare || precallId === undefined ? undefined : String(precallId),
        startedAtS: Math.floor(rig.nowMs() / 1000),
      });
    },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
  return telephone;
};
