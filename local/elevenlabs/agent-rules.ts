import * as z from 'zod';
import { type JsonObject, jsonObject } from './json';
import type { InitiationWebhook } from './workspace';

const flag = z.boolean().nullish();

const ruledFields = z.object({
  conversation_config: z.object({
    agent: z.object({
      dynamic_variables: z.object({ dynamic_variable_placeholders: jsonObject.nullish() }).nullish(),
    }),
  }),
  platform_settings: z
    .object({
      overrides: z
        .object({
          conversation_config_override: jsonObject.nullish(),
          enable_conversation_initiation_client_data_from_webhook: flag,
          enable_starting_workflow_node_id_from_client: flag,
          enable_procedure_ids_from_client: flag,
        })
        .nullish(),
      workspace_overrides: z
        .object({
          conversation_initiation_client_data_webhook: z
            .object({
              url: z.string(),
              request_headers: z.record(z.string(), z.union([z.string(), z.object({ secret_id: z.string() })])),
            })
            .nullish(),
          webhooks: z.object({ post_call_webhook_id: z.string().nullish() }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

/** What an agent lets a conversation be started with. */
export interface AgentRules {
  /** `true` at the path of every field of `conversation_config` that may be overridden. */
  readonly overridable: JsonObject;
  /** The custom dynamic variables that a conversation has to be given. */
  readonly neededVariables: readonly string[];
  readonly asksWebhook: boolean;
  readonly takesStartingNode: boolean;
  readonly takesProcedures: boolean;
  /** Its own initiation webhook, which goes before the workspace's. */
  readonly initiationWebhook: InitiationWebhook | null;
}

type WireWebhook = { url: string; request_headers: Record<string, string | { secret_id: string }> };

const webhookOf = ({ url, request_headers }: WireWebhook): InitiationWebhook => ({
  url,
  requestHeaders: Object.fromEntries(
    Object.entries(request_headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : { secretId: value.secret_id },
    ]),
  ),
});

/** The rules in an agent's body. Throws ZodError for a body whose settings are malformed. */
export const agentRules = (body: JsonObject): AgentRules => {
  const { conversation_config: config, platform_settings: platform } = ruledFields.parse(body);
  const placeholders = config.agent.dynamic_variables?.dynamic_variable_placeholders ?? {};
  const webhook = platform?.workspace_overrides?.conversation_initiation_client_data_webhook;
  const overrides = platform?.overrides;
  return {
    overridable: overrides?.conversation_config_override ?? {},
    neededVariables: Object.keys(placeholders).filter((name) => !name.startsWith('system__')),
    asksWebhook: overrides?.enable_conversation_initiation_client_data_from_webhook === true,
    takesStartingNode: overrides?.enable_starting_workflow_node_id_from_client === true,
    takesProcedures: overrides?.enable_procedure_ids_from_client === true,
    initiationWebhook: webhook == null ? null : webhookOf(webhook),
  };
};

/** The agent's own post-call webhook, if it has one. */
export const agentWebhookId = (body: JsonObject): string | undefined =>
  ruledFields.parse(body).platform_settings?.workspace_overrides?.webhooks?.post_call_webhook_id ?? undefined;
